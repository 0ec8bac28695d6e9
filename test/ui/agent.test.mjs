// An agent's settings: drafted, looked at, published, rolled back; and what is typed is not lost by leaving.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, card, connectedAgent, createOwner, House, misfits, openBrowser, openPage, say } from './harness.mjs';

let house, browser, page, faults, agent;

const button = (name) => page.getByRole('button', { name, exact: true });
const tab = (name) => page.getByRole('navigation', { name: 'Agent', exact: true }).getByRole('link', { name }).click();

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
    await createOwner(page, house.link);
    ({ agent } = await connectedAgent(page));
    await api(page, `/agents/${agent}`, 'PATCH', { instructions: 'Ask for the serial number.\nBe exact.' });
});

after(async () => {
    await browser?.close();
    await house?.close();
});

test('a draft is kept and changes nothing', async () => {
    await page.goto(`${house.url}/agents`);
    await page.getByRole('main').getByRole('link', { name: 'Support', exact: true }).click();
    await page.getByLabel('Instructions').fill('Ask for the serial number first.\nBe exact.');
    await page.getByLabel('Priority').selectOption('high');
    await page.getByLabel('Tags').fill('web shop, printer');
    await button('Save draft').click();
    await page.getByText('Draft saved.').waitFor();
    await page.reload();
    assert.match(await page.getByLabel('Instructions').inputValue(), /number first/);
    const shown = await api(page, `/agents/${agent}`);
    assert.equal(shown.instructions, 'Ask for the serial number.\nBe exact.');
    assert.equal(shown.has_draft, true);
});

test('a field at fault is told beside it', async () => {
    await page.getByLabel('Languages').fill('english');
    await button('Save draft').click();
    await page.locator('#languages-fault').waitFor();
    assert.match(await page.locator('#languages-fault').innerText(), /english is not a language code/);
    await page.getByLabel('Languages').fill('en');
});

test('what is typed holds a move away until the person has said so', async () => {
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    assert.deepEqual(await misfits(page), []);
    await button('Stay on this page').click();
    await page.goBack();
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.getByLabel('Languages').inputValue(), 'en');
    assert.ok(page.url().endsWith(agent));
});

test('publishing shows what will change first', async () => {
    await button('Review and publish').click();
    await page.getByRole('heading', { name: 'Publish version 3' }).waitFor();
    const diff = await page.locator('.diff').innerText();
    assert.match(diff, /-[^]*Ask for the serial number\.[^]*\+[^]*Ask for the serial number first\./);
    assert.match(diff, /web_shop/);
    assert.deepEqual(await misfits(page), []);
    await page.getByLabel('Note').fill('Serial number first');
    await button('Publish version 3').click();
    await page.getByText('Published.').waitFor();
    const shown = await api(page, `/agents/${agent}`);
    assert.equal(shown.published, 3);
    assert.deepEqual(shown.ticket_defaults, { priority: 'high', type: null, tags: ['web_shop', 'printer'] });
});

test('what new tickets get is read back before the yes', async () => {
    await tab('Chatlab');
    await say(page, 'Create a ticket: the printer is on fire, for jane@example.com');
    await card(page, 'proposed').waitFor();
    const words = await card(page, 'proposed').innerText();
    assert.match(words, /high/);
    assert.match(words, /web_shop, printer/);
});

test('the way back is a version of its own', async () => {
    await tab('Versions');
    await page.locator('[data-version="3"]').getByText('Serial number first').waitFor();
    await page.locator('[data-version="2"]').getByRole('button', { name: 'Go back to this' }).click();
    await button('Go back to version 2').click();
    await page.locator('[data-version="4"]').getByText('Again version 2').waitFor();
    assert.equal((await api(page, `/agents/${agent}`)).instructions, 'Ask for the serial number.\nBe exact.');
    await page.goto(`${house.url}/agents/${agent}/versions?version=3`);
    await page.locator('[data-version="3"] .diff').waitFor();
});

test('actions are switched where the agent is', async () => {
    await tab('Actions');
    await page.getByRole('switch', { name: 'Allow Create ticket' }).uncheck();
    await page.waitForFunction(() => document.querySelector('[role=switch]:not(:checked)'));
    const [{ id }] = (await api(page, `/agents/${agent}/integrations`)).items;
    for (let tries = 0; tries < 100; tries++) {
        const { actions } = await api(page, `/integrations/${id}`);
        if (!actions.find(({ name }) => name === 'create_ticket').enabled) break;
        await page.waitForTimeout(100);
        assert.ok(tries < 99, 'the switch did not reach the server');
    }
});

test('a model is chosen with those to go on with', async () => {
    const provider = (name) => api(page, '/providers', 'POST', { name, protocol: 'anthropic', model: 'm', key: 'sk-ant-0123456789' });
    await provider('First');
    await provider('Second');
    await tab('General');
    await page.getByRole('radio', { name: /Language model/ }).check();
    await button('Save draft').click();
    await page.locator('#provider-fault').waitFor();
    await page.getByLabel('Provider', { exact: true }).selectOption({ label: 'First (m)' });
    await page.getByLabel('Add a provider to go on with').selectOption({ label: 'Second' });
    await button('Save draft').click();
    await page.getByText('Draft saved.').waitFor();
    const draft = await api(page, `/agents/${agent}/versions/draft`);
    assert.equal(draft.engine, 'provider');
    assert.equal(draft.fallbacks.length, 1);
    await button('Discard draft').click();
    await page.getByText('Draft discarded.').waitFor();
    assert.equal((await api(page, `/agents/${agent}`)).has_draft, false);
    await page.getByRole('radio', { name: /Built-in engine/, checked: true }).waitFor();
});

test('nothing on the way broke the content policy or the script', () => assert.deepEqual(faults, []));
