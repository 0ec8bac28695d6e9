// Chatlab beyond the first ticket: whom one plays, what a message set going, corrections, and beginning again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, card, connectedAgent, createOwner, House, misfits, openBrowser, openPage, propose, say } from './harness.mjs';

let house, browser, context, page, faults, agent, chat;

const agentSaid = (pattern) => page.locator('[data-author="agent"]').filter({ hasText: pattern }).first().waitFor();
const run = () => page.getByRole('region', { name: 'Run' });

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ context, page, faults } = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] }));
    await createOwner(page, house.link);
    ({ agent } = await connectedAgent(page));
});

after(async () => {
    await browser?.close();
    await house?.close();
});

test('whom one plays stands in the address and decides what is done', async () => {
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
    await page.getByLabel('Who writes').selectOption('L1');
    await page.getByLabel('Their e-mail').fill('jane@example.com');
    await page.getByLabel('Their name').fill('Jane');
    await page.waitForURL(/as=L1&email=jane%40example\.com&name=Jane$/);
    await page.reload();
    assert.equal(await page.getByLabel('Their name').inputValue(), 'Jane');
    await say(page, 'Create a ticket: the printer is on fire');
    await page.getByText('as Jane, not verified').waitFor();
    await agentSaid(/sign/i);
    assert.equal(await card(page, 'proposed').count(), 0, 'somebody who is not verified creates nothing');
    const { items } = await api(page, '/conversations?limit=1');
    assert.deepEqual([items[0].level, items[0].visitor.email], ['L1', 'jane@example.com']);
});

test('an address that is none is told beside it', async () => {
    await page.goto(`${house.url}/agents/${agent}/chatlab?as=L3`);
    await page.getByLabel('Their e-mail').fill('jane');
    await say(page, 'hello');
    await page.locator('#email-fault').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'hello', 'the words stay');
});

test('nobody known reads nothing', async () => {
    await page.goto(`${house.url}/agents/${agent}/chatlab?as=L0`);
    await say(page, 'What is the status of ticket 35436?');
    await page.getByText('as somebody nobody knows').waitFor();
    await agentSaid(/./);
    const { requests } = await house.ask('/_sandbox/requests');
    assert.ok(!requests.some(({ path }) => path.includes('35436')));
});

test('a correction replaces what was shown; Edit begins one', async () => {
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
    await propose(page, 'Printer on fire');
    await card(page, 'proposed').getByRole('button', { name: 'Edit' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'Change the subject to ');
    await page.keyboard.type('Scanner on fire');
    await page.keyboard.press('Enter');
    await card(page, 'cancelled').getByText('Replaced').waitFor();
    await card(page, 'proposed').getByText('Scanner on fire').waitFor();
    await card(page, 'proposed').getByRole('button', { name: 'Cancel' }).click();
    await card(page, 'cancelled').getByText('Cancelled').waitFor();
    chat = new URL(page.url()).pathname;
});

test('the run tells the engine, the time, and why', async () => {
    await say(page, 'what is the status of ticket 99999999?');
    await card(page, 'rejected').waitFor();
    await run().getByText('GET /api/v2/tickets/99999999').waitFor();
    assert.match(await run().innerText(), /Engine\s+Built-in[^]*First text after[^]*In Zendesk\s+1 request/);
    await run().getByText('What was read of it').click();
    await run().getByText('Get ticket', { exact: true }).waitFor();
    assert.deepEqual(await misfits(page), []);
});

test('a run has an address of its own, and can be copied as curl', async () => {
    await page.getByRole('link', { name: 'Run of: Create a test ticket' }).click();
    await run().getByText('Create a test ticket').waitFor();
    assert.match(page.url(), /\?turn=trn_/);
    await page.reload();
    await run().getByText('Create a test ticket').waitFor();
    await page.getByRole('button', { name: 'Copy this message as curl' }).click();
    const curl = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(curl.includes(`${house.url}/api/v1/conversations/${chat.split('/')[2]}/messages`), curl);
    assert.ok(curl.includes(`-d '{"text":"Create a test ticket"}'`), curl);
});

test('one can begin again from a message: as the same person, with the words in the box', async () => {
    await page.locator('[data-author="visitor"]').first().getByRole('button', { name: 'Start again from here' }).click();
    await page.getByRole('heading', { name: 'Talk to Support as a customer would' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'Create a test ticket');
});

test('nothing on the way broke the content policy or the script', () => assert.deepEqual(faults, []));
