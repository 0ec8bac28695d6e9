// When something is away or has ended: Zendesk, a ticket, the session, the server, the password. Nothing typed is lost, and each says what it is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, card, connectedAgent, createOwner, House, misfits, openBrowser, openPage, owner, propose, say, signIn } from './harness.mjs';

let house, browser, context, page, faults, agent;

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ context, page, faults } = await openPage(browser));
    await createOwner(page, house.link);
    ({ agent } = await connectedAgent(page));
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
});

after(async () => {
    await browser?.close();
    await house?.close();
});

const box = () => page.getByRole('textbox', { name: 'Message' });

async function isAnswered() {
    const answers = await page.locator('[data-author="agent"]').count();
    await box().press('Enter');
    await page.locator('[data-author="agent"]').nth(answers).waitFor();
}

test('with Zendesk stopped the request is kept, and its number appears by itself', async () => {
    await propose(page, 'Zendesk is away');
    await house.practice.end();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await card(page, 'waiting').waitFor({ timeout: 30_000 });
    assert.match(await card(page, 'waiting').innerText(), /R-\d+/);
    assert.match(await card(page, 'waiting').locator('[data-problem]').innerText(), /No answer from practice\.zendesk\.com/);
    const before = await page.locator('[data-author="agent"]').count();
    await house.startPractice();
    await card(page, 'done').waitFor({ timeout: 60_000 });
    await page.locator('[data-author="agent"]').nth(before).waitFor();
    const sent = (await house.tickets()).filter(({ subject }) => subject === 'Zendesk is away');
    assert.equal(sent.length, 1);
    assert.ok((await page.locator('[data-author="agent"]').last().innerText()).includes(String(sent[0].id)));
    await card(page, 'done').getByRole('link', { name: `Open ticket #${sent[0].id}` }).waitFor();
});

test('a failed look-up puts the problem with its next step under the sentence', async () => {
    await page.getByRole('link', { name: 'New chat' }).click();
    await say(page, 'What is the status of ticket 424242?');
    await card(page, 'rejected').waitFor();
    const order = await page.locator('.thread > *').evaluateAll((items) => items.map(({ dataset }) => dataset.author ?? dataset.status));
    assert.deepEqual(order, ['visitor', 'agent', 'rejected']);
    assert.match(await card(page, 'rejected').locator('[data-problem]').innerText(), /no such ticket/);
    await card(page, 'rejected').getByRole('button', { name: 'Show request' }).click();
    await card(page, 'rejected').locator('.call-what', { hasText: '424242' }).waitFor();
});

test('a session that ended keeps what was typed', async () => {
    assert.ok((await context.cookies()).some(({ name, httpOnly }) => name === 'chatcrafter_session' && httpOnly));
    await context.clearCookies({ name: 'chatcrafter_session' });
    await say(page, 'help');
    const dialog = page.getByRole('dialog', { name: 'Your session ended' });
    await dialog.waitFor();
    assert.equal(await dialog.getByLabel('E-mail').inputValue(), owner.email);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'password');
    await page.keyboard.type('not the password at all');
    await page.keyboard.press('Enter');
    await dialog.locator('[data-problem="sign-in-failed"]').waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill(owner.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await box().inputValue(), 'help');
    await isAnswered();
});

test('a server out of reach is said, hides nothing, and the page goes on when it is back', async () => {
    await house.server.end('SIGKILL');
    await say(page, 'Are you there?');
    await page.locator('.offline').waitFor();
    assert.equal(await box().inputValue(), 'Are you there?');
    const { y, height } = await page.locator('.composer').boundingBox();
    assert.ok(y + height <= 800, 'the composer stays in the window');
    await page.setViewportSize({ width: 360, height: 740 });
    assert.deepEqual(await misfits(page), []);
    await page.setViewportSize({ width: 1280, height: 800 });
    await house.startServer();
    await page.locator('.offline').waitFor({ state: 'detached' });
    await isAnswered();
});

test('sign out, a wrong password, the right one', async () => {
    await page.locator('.account summary').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password at all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('[data-problem="sign-in-failed"]').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('.account summary').waitFor();
    assert.ok(page.url().includes('/chatlab/'), 'one is where one was');
});

test('a forgotten password: the new link asks for a new one, without the old', async () => {
    const { member } = await api(page, '/session');
    const { url } = await api(page, `/members/${member.id}/reset-password`, 'POST', {});
    const other = await openPage(browser);
    await other.page.goto(new URL(url, house.url).href);
    await other.page.getByRole('heading', { name: 'Set a new password' }).waitFor();
    assert.equal(await other.page.getByLabel('Current password').count(), 0);
    await other.page.getByLabel('New password', { exact: true }).fill('eight quiet lanterns');
    await other.page.getByRole('button', { name: 'Save account' }).click();
    await other.page.getByText('Account saved.').waitFor();
    await other.context.close();
    const fresh = await openPage(browser);
    await fresh.page.goto(`${house.url}/sign-in`);
    await fresh.page.getByLabel('E-mail').fill(owner.email);
    await fresh.page.getByLabel('Password', { exact: true }).fill(owner.password);
    await fresh.page.keyboard.press('Enter');
    await fresh.page.locator('[data-problem="sign-in-failed"]').waitFor();
    await signIn(fresh.page, house.url, 'eight quiet lanterns');
    await fresh.context.close();
});

test('nothing of all this was refused by the content policy or failed in the script', () => {
    assert.deepEqual(faults, []);
});
