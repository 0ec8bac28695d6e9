// A first day with the console, on the real binary with the practice Zendesk: from the one-time link to tickets in the practice inbox. The tests
// build on each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, card, House, misfits, openBrowser, openPage, owner, practice, propose, say, tabTo } from './harness.mjs';

let house, browser, page, faults, agent;

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
});

after(async () => {
    await browser?.close();
    await house?.close();
});

const heading = (name) => page.getByRole('heading', { name, level: 1 });
const newChat = () => page.getByRole('link', { name: 'New chat' }).click();

test('the one-time link leads to creating the owner, and leaves the address bar', async () => {
    await page.goto(house.link);
    await heading('Create the owner').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await page.getByLabel('Name').fill(owner.name);
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Create owner' }).click();
    await page.locator('#password-fault').waitFor();
    assert.match(await page.locator('#password-fault').innerText(), /too short[^]*at least 12 characters/);
    assert.deepEqual(await misfits(page), []);
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Create owner' }).click();
    await heading('Agents').waitFor();
    await page.getByRole('heading', { name: 'No agents yet' }).waitFor();
});

test('the link works once', async () => {
    const other = await openPage(browser);
    await other.page.goto(house.link);
    await other.page.locator('[data-problem="link-used"]').waitFor();
    await other.context.close();
});

test('an agent without a connection says so in Chatlab, with the way to one', async () => {
    await page.getByRole('link', { name: 'Create agent' }).click();
    await page.getByLabel('Name').fill('Support');
    await page.getByRole('button', { name: 'Create agent' }).click();
    await page.getByRole('heading', { name: 'Not connected' }).waitFor();
    agent = page.url().split('/')[4];
    await page.getByRole('link', { name: 'Chatlab', exact: true }).click();
    await page.getByRole('heading', { name: 'Support is not connected yet' }).waitFor();
    await say(page, 'Create a test ticket');
    await page.locator('[data-author="agent"]').waitFor();
    assert.match(await page.locator('[data-author="agent"]').innerText(), /not connected to Zendesk/);
    await page.getByRole('link', { name: 'Not connected: add integration' }).click();
});

test('it is connected through the gallery, with the guide beside the form', async () => {
    await page.getByRole('link', { name: 'Add integration' }).click();
    await page.getByRole('link', { name: 'Zendesk', exact: true }).click();
    await heading('Connect Zendesk').waitFor();
    assert.equal(await page.locator('[data-page="oauth_clients"]').count(), 0, 'no link before there is a subdomain');
    await page.getByLabel('Zendesk subdomain').fill('Acme.zendesk.com');
    assert.equal(await page.locator('[data-preview]').innerText(), 'https://acme.zendesk.com');
    assert.match(await page.locator('[data-page="oauth_clients"]').getAttribute('href'), /^https:\/\/acme\.zendesk\.com\/admin\//);
    const ways = await page.getByRole('radio').evaluateAll((radios) => radios.map(({ value, checked }) => [value, checked]));
    assert.deepEqual(ways, [['oauth_client', true], ['api_token', false]], 'OAuth first: new tokens can no longer be made');
    for (const part of ['scopes', 'shows the secret once', 'save it securely', 'one client per integration', 'revoke', 'audit log'])
        assert.ok((await page.locator('.guide').innerText()).toLowerCase().includes(part), part);
    await page.getByRole('radio', { name: 'API token' }).check();
    assert.match(await page.locator('[data-page="api_tokens"]').getAttribute('href'), /^https:\/\/acme\.zendesk\.com\/admin\//);
    const dates = await page.locator('[data-notice="token-dates"]').innerText();
    assert.match(dates, /27 October 2026/);
    assert.match(dates, /30 April 2027 \(\d+ days? left\)/);
    const guide = await page.locator('.guide').innerText();
    const told = ['New ones can no longer be made', 'address bar', 'shows a token once', 'Save it securely', 'one token per integration', 'revoke', 'audit log'];
    for (const part of told) assert.ok(guide.includes(part), part);

    await page.getByLabel('Zendesk subdomain').fill(practice.account);
    await page.getByLabel('API e-mail').fill(practice.email);
    await page.locator('#api_token').fill(`${practice.token} `);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('heading', { name: 'Actions' }).waitFor();
    await page.locator('[data-notice="secret-trimmed"]').waitFor();
    const text = await page.locator('main').innerText();
    for (const part of ['Connected', 'Practice', practice.email, `ends in ${practice.token.slice(-4)}`]) assert.ok(text.includes(part), part);
    assert.ok(!(await page.content()).includes(practice.token), 'the secret is not in the page');
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
    assert.ok(!kept.includes(practice.token), 'nor in its storage');
});

test('Chatlab: from the first message to the ticket in the practice inbox', async () => {
    await page.getByRole('link', { name: 'Open Chatlab' }).click();
    await propose(page, 'Printer on fire');
    const shown = await card(page, 'proposed').innerText();
    for (const part of ['Printer on fire', 'Smoke comes out of tray 2', 'jane@example.com', 'the practice account practice']) assert.ok(shown.includes(part), part);
    assert.ok(shown.indexOf('Subject') < shown.indexOf('Description'), 'told in the order of a person');
    assert.equal(await house.posted(), 0, 'nothing is sent before the yes');

    await page.getByRole('button', { name: 'Confirm' }).click();
    await card(page, 'done').waitFor();
    const [ticket] = await house.tickets();
    assert.equal(ticket.subject, 'Printer on fire');
    assert.ok(ticket.tags.includes('chatcrafterai_test'));
    assert.match(await page.locator('[data-author="agent"]').last().innerText(), new RegExp(`${ticket.id}\\b`));
    const link = card(page, 'done').getByRole('link', { name: `Open ticket #${ticket.id}` });
    const inbox = await (await fetch(await link.getAttribute('href'))).text();
    assert.ok(inbox.includes('Printer on fire'), 'the link leads to the ticket');
    assert.equal(await house.posted(), 1);

    await card(page, 'done').getByText('request to Zendesk').click();
    await card(page, 'done').locator('.call-what').click();
    const [asked, answered] = await card(page, 'done').locator('pre').allInnerTexts();
    assert.match(asked, /Printer on fire/);
    assert.match(answered, new RegExp(`"id": ${ticket.id}\\b`));
});

test('the address of a chat shows it again, in the same order', async () => {
    const words = async () => (await page.locator('.thread .bubble-text, .thread h3').allInnerTexts()).join('\n');
    const shown = await words();
    await page.reload();
    await card(page, 'done').waitFor();
    assert.equal(await words(), shown);
    assert.equal(await page.locator('.chats [aria-current="page"]').count(), 1);
});

test('the composer: Up recalls, Shift+Enter breaks, an input method is left alone, a draft survives a reload', async () => {
    const box = page.getByRole('textbox', { name: 'Message' });
    const sent = await page.locator('[data-author="visitor"]').count();
    await box.press('ArrowUp');
    assert.match(await box.inputValue(), /Printer on fire/);
    await box.fill('one');
    await box.press('Shift+Enter');
    await box.pressSequentially('two');
    assert.equal(await box.inputValue(), 'one\ntwo');
    await box.evaluate((input) => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })));
    assert.equal(await page.locator('[data-author="visitor"]').count(), sent);
    await page.reload();
    await box.waitFor();
    assert.equal(await box.inputValue(), 'one\ntwo');
    await box.fill('');
});

test('the yes can be typed', async () => {
    const already = await house.posted();
    await newChat();
    await propose(page, 'Yes in words');
    await say(page, 'yes');
    await card(page, 'done').waitFor();
    assert.equal(await house.posted(), already + 1);
    const authors = await page.locator('[data-author]').evaluateAll((items) => items.map((item) => item.dataset.author));
    assert.deepEqual(authors, ['visitor', 'agent', 'visitor', 'agent', 'visitor', 'agent']);
});

test('cancel sends nothing', async () => {
    const already = await house.posted();
    await newChat();
    await propose(page, 'Never mind');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await card(page, 'cancelled').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Confirm' }).count(), 0);
    assert.equal(await house.posted(), already);
});

test('dry run shows what would be sent and sends nothing', async () => {
    const already = await house.posted();
    await newChat();
    await page.getByRole('switch', { name: 'Dry run' }).check();
    await propose(page, 'Only a rehearsal');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await card(page, 'done').waitFor();
    assert.match(await card(page, 'done').innerText(), /Shown, not sent/);
    await card(page, 'done').getByText('What would be sent').click();
    const request = JSON.parse(await card(page, 'done').locator('pre').innerText());
    assert.equal(request.ticket.subject, 'Only a rehearsal');
    assert.ok(request.ticket.tags.includes('chatcrafterai_test'));
    assert.equal(await house.posted(), already);
    assert.ok(await page.getByRole('switch', { name: 'Dry run' }).isChecked(), 'it stays what the chat began with');
});

test('the requests stand on the page of the integration, with what was asked and answered', async () => {
    const [{ id }] = (await api(page, `/agents/${agent}/integrations`)).items;
    await page.goto(`${house.url}/integrations/${id}`);
    const call = page.locator('section .lines .call', { hasText: 'POST /api/v2/tickets' }).last();
    await call.locator('summary').click();
    assert.match(await call.locator('.call-what').innerText(), /POST \/api\/v2\/tickets/);
    assert.match(await call.locator('pre').first().innerText(), /Printer on fire/);
    assert.ok(!(await call.innerText()).includes(practice.token));
});

test('the whole way, from a new agent to a ticket, with the keyboard alone', async () => {
    const already = await house.posted();
    const press = (key) => page.keyboard.press(key);
    await page.goto(`${house.url}/agents`);
    await page.getByRole('link', { name: 'New agent' }).waitFor();
    await tabTo(page, 'New agent');
    await press('Enter');
    await tabTo(page, 'Name');
    await page.keyboard.type('Keys');
    await press('Enter');
    await page.getByRole('heading', { name: 'Not connected' }).waitFor();
    await tabTo(page, 'Add integration');
    await press('Enter');
    await page.getByRole('link', { name: 'Zendesk', exact: true }).waitFor();
    await tabTo(page, 'Zendesk');
    await press('Enter');
    await heading('Connect Zendesk').waitFor();
    await tabTo(page, 'OAuth client');
    await press('ArrowRight');
    await tabTo(page, 'Zendesk subdomain');
    await page.keyboard.type(practice.account);
    await tabTo(page, 'API e-mail');
    await page.keyboard.type(practice.email);
    await tabTo(page, 'API token');
    await page.keyboard.type(practice.token);
    await press('Enter');
    await page.getByRole('heading', { name: 'Actions' }).waitFor();
    await page.locator('[data-notice="token-shared"]').waitFor();
    await tabTo(page, 'Open Chatlab');
    await press('Enter');
    await page.getByRole('button', { name: 'Create a test ticket' }).waitFor();
    await tabTo(page, 'Create a test ticket', 'Shift+Tab');
    await press('Enter');
    await page.locator('[data-author="agent"]').waitFor();
    await page.keyboard.type('subject: Keyboard only. Smoke comes out of tray 2. I am jane@example.com');
    await press('Enter');
    await card(page, 'proposed').waitFor();
    await tabTo(page, 'Confirm', 'Shift+Tab');
    await press('Enter');
    await card(page, 'done').waitFor();
    assert.equal(await house.posted(), already + 1);
});

test('nothing of all this was refused by the content policy or failed in the script', () => {
    assert.deepEqual(faults, []);
});
