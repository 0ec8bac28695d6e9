// More than one person: inviting, joining, roles that hold, keys, the audit log, and the list of conversations.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { card, connectedAgent, createOwner, House, misfits, openBrowser, openPage, owner, propose } from './harness.mjs';

const password = 'nine patient herons';
let house, browser, page, faults, agent, other;

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
    await createOwner(page, house.link);
    ({ agent } = await connectedAgent(page));
});

after(async () => {
    await browser?.close();
    await house?.close();
});

const row = (name) => page.getByRole('row').filter({ hasText: name });

test('an invitation is a link that is shown once and makes a member with that role', async () => {
    await page.goto(`${house.url}/agents`);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Invite member' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail').fill('not an address');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    await dialog.locator('#email-fault').waitFor();
    await dialog.getByLabel('E-mail').fill('ed@example.com');
    await dialog.getByLabel('Role').selectOption('editor');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    await dialog.getByText('Hand this link on').waitFor();
    const link = await dialog.locator('code').innerText();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await row('ed@example.com').getByText('invited').waitFor();

    other = await openPage(browser);
    await other.page.goto(link);
    await other.page.getByRole('heading', { name: 'Join the workspace' }).waitFor();
    assert.match(await other.page.locator('main').innerText(), /invited as editor/);
    await other.page.getByLabel('Name').fill('Ed Editor');
    await other.page.getByLabel('Password', { exact: true }).fill(password);
    await other.page.getByRole('button', { name: 'Join' }).click();
    await other.page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
    assert.equal(await other.page.getByRole('link', { name: 'Settings' }).count(), 0, 'an editor has no settings');
    await other.page.goto(`${house.url}/settings/members`);
    await other.page.locator('[data-problem="not-allowed"]').waitFor();
});

test('another role signs them out; with the new one they may more', async () => {
    await other.page.goto(`${house.url}/agents`);
    await other.page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
    await page.reload();
    const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await page.getByLabel('Role of Ed Editor').selectOption('admin');
    await saved;
    await other.page.goto(`${house.url}/conversations`);
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.page.getByLabel('E-mail').fill('ed@example.com');
    await other.page.getByLabel('Password', { exact: true }).fill(password);
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByRole('link', { name: 'Settings' }).click();
    await other.page.getByText(owner.email).waitFor();
    assert.equal(await other.page.getByLabel(`Role of ${owner.name}`).count(), 0, 'nobody reaches above the own role');
});

test('the own sessions are listed, and the others can be ended', async () => {
    const elsewhere = await openPage(browser);
    await elsewhere.page.goto(`${house.url}/sign-in`);
    await elsewhere.page.getByLabel('E-mail').fill(owner.email);
    await elsewhere.page.getByLabel('Password', { exact: true }).fill(owner.password);
    await elsewhere.page.getByRole('button', { name: 'Sign in' }).click();
    await elsewhere.page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
    await page.goto(`${house.url}/account`);
    await page.getByText('Another browser').first().waitFor();
    while ((await page.getByRole('button', { name: 'End session' }).count()) > 0) {
        const ended = page.waitForResponse((answer) => answer.url().endsWith('/sessions') && answer.request().method() === 'GET');
        await page.getByRole('button', { name: 'End session' }).first().click();
        await ended;
        await page.waitForTimeout(50);
    }
    await elsewhere.page.goto(`${house.url}/agents`);
    await elsewhere.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await elsewhere.context.close();
});

test('a key is shown once and ends when it is revoked', async () => {
    await page.goto(`${house.url}/settings/keys`);
    await page.getByRole('heading', { name: 'No API keys yet' }).waitFor();
    await page.getByRole('button', { name: 'New key' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('laptop');
    await dialog.getByLabel('Role').selectOption('viewer');
    await dialog.getByLabel('chat').uncheck();
    await dialog.getByLabel('Ends').selectOption('30');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    const key = await dialog.locator('code').innerText();
    assert.match(key, /^ck_/);
    const ask = () => fetch(`${house.url}/api/v1/agents`, { headers: { authorization: `Bearer ${key}` } });
    assert.equal((await ask()).status, 200);
    await dialog.getByRole('button', { name: 'Close' }).click();
    assert.ok(!(await page.content()).includes(key));
    assert.match(await row('laptop').innerText(), /read.*ends/s);
    assert.ok(!(await row('laptop').innerText()).includes('chat'));
    await page.getByRole('button', { name: 'Revoke laptop' }).click();
    await dialog.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('revoked').waitFor();
    assert.equal((await ask()).status, 401);
});

test('the audit log tells who did it, can be filtered by its address, and verifies itself', async () => {
    await page.goto(`${house.url}/settings/audit`);
    await row('member.invite').first().waitFor();
    assert.match(await row('member.invite').first().innerText(), new RegExp(owner.name));
    await row('member.role').getByText('What changed').click();
    assert.match(await row('member.role').innerText(), /editor → admin/);
    await page.getByRole('button', { name: 'Verify log' }).click();
    await page.getByText(/^All \d+ entries are as they were written\.$/).waitFor();
    await page.getByLabel('Show').selectOption('key.create');
    await row('agent.create').waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).search, '?act=key.create');
    await page.reload();
    await row('key.create').waitFor();
    assert.equal(await row('agent.create').count(), 0);
    assert.deepEqual(await misfits(page), []);
});

test('the system page says what runs, and makes a backup', async () => {
    await page.goto(`${house.url}/settings/system`);
    await page.getByText('No backup was made here yet.').waitFor();
    await page.getByText('reads and commits work').waitFor();
    await page.getByText('Calls Zendesk, holds the key').waitFor();
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page.getByText(/^Made [\dTZ-]+\.db\.$/).waitFor();
    await page.locator('.line code').filter({ hasText: /\.db$/ }).waitFor();
    assert.deepEqual(await misfits(page), []);
});

test('on a phone the tabs of the settings stay whole words', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const lines = await page.locator('.tab').evaluateAll((tabs) => tabs.map((tab) => Math.round(tab.scrollHeight / parseFloat(getComputedStyle(tab).minHeight))));
    assert.deepEqual(lines, [1, 1, 1, 1, 1, 1]);
    assert.deepEqual(await misfits(page), []);
    await page.setViewportSize({ width: 1280, height: 800 });
});

test('conversations are listed and lead to what was said', async () => {
    await page.goto(`${house.url}/conversations`);
    await page.getByRole('heading', { name: 'No conversations yet' }).waitFor();
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
    await propose(page, 'Listed with the others');
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByRole('link', { name: 'Create a test ticket' }).click();
    await card(page, 'proposed').waitFor();
    await page.getByRole('textbox').last().fill('yes');
    await page.keyboard.press('Enter');
    await card(page, 'done').waitFor();
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.locator('td[data-label="Outcome"]').getByText(/^#\d+$/).waitFor();
});

test('a member who is taken out is out', async () => {
    await page.goto(`${house.url}/settings/members`);
    await page.getByRole('button', { name: 'Remove Ed Editor' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove member' }).click();
    await row('ed@example.com').waitFor({ state: 'detached' });
    await other.page.goto(`${house.url}/agents`);
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('the webhook is set with a secret shown once; an address on this machine is not reached, and that is told', async () => {
    await page.goto(`${house.url}/settings/webhook`);
    await page.getByLabel('Address').fill('http://hooks.example.com/');
    await page.getByRole('button', { name: 'Set webhook' }).click();
    await page.locator('#url-fault').waitFor();
    await page.getByLabel('Address').fill('https://127.0.0.1:9/hook');
    await page.getByRole('button', { name: 'Set webhook' }).click();
    assert.match(await page.locator('.shown-once code').innerText(), /^whsec_/);
    await page.getByText('Nothing was sent yet.').waitFor();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await row('webhook.test').getByText('the name leads to an address that is not of the public Internet, tried again later').waitFor();
    assert.equal(await page.locator('.shown-once').count(), 0, 'the secret is not shown again');
    assert.deepEqual(await misfits(page), []);
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Set webhook' }).waitFor();
});

test('nothing of all this was refused by the content policy or failed in the script', () => {
    assert.deepEqual([...faults, ...other.faults], []);
});
