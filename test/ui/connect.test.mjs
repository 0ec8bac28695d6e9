// Connecting and looking after a connection: each refusal with its own message at its place, the live test, credentials, switches, disconnecting.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { api, card, connectedAgent, createAgent, createOwner, House, openBrowser, openPage, practice, propose } from './harness.mjs';

let house, browser, page, faults, agent, integration;

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
    await createOwner(page, house.link);
    ({ agent, integration } = await connectedAgent(page));
});

after(async () => {
    await browser?.close();
    await house?.close();
});

const subdomain = () => page.getByLabel('Zendesk subdomain');
const problem = (code) => page.locator(`.checklist:not(details *) [data-problem="${code}"]`);
const steps = () => page.locator('.checklist:not(details *) [data-step]');
const states = () => steps().evaluateAll((items) => Object.fromEntries(items.map(({ dataset }) => [dataset.step, dataset.status])));
const connect = () => page.getByRole('button', { name: 'Connect', exact: true }).click();
const openIntegration = () => page.goto(`${house.url}/integrations/${integration}`);

async function fillToken(name, token) {
    await page.getByRole('radio', { name: 'API token' }).check();
    await subdomain().fill(name);
    await page.getByLabel('API e-mail').fill(practice.email);
    await page.locator('#api_token').fill(token);
}

async function testConnection(words) {
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText(words).waitFor();
}

test('https:// in the subdomain is refused at the field, and put right by one button', async () => {
    const other = await createAgent(page, 'Second');
    await page.goto(`${house.url}/agents/${other}/integrations/add/zendesk`);
    assert.ok(await page.getByRole('radio', { name: 'OAuth client' }).isChecked(), 'what works for everybody comes first');
    await fillToken('https://acme.zendesk.com/agent', practice.token);
    await connect();
    const fault = page.locator('#subdomain-fault');
    await fault.waitFor();
    assert.match(await fault.innerText(), /Enter only the first part: acme/);
    assert.equal(await subdomain().getAttribute('aria-invalid'), 'true');
    await fault.getByRole('button', { name: 'Use acme' }).click();
    assert.equal(await subdomain().inputValue(), 'acme');
    assert.equal(await fault.count(), 0, 'the fault goes with its cause');
});

test('an unknown subdomain fails at the account, and nothing after it is run', async () => {
    await fillToken('nowhere', practice.token);
    await connect();
    await problem('zendesk-subdomain-unknown').waitFor();
    const { account, sign_in, budget } = await states();
    assert.deepEqual([account, sign_in, budget], ['failed', 'not_run', 'not_run']);
    assert.match(await page.locator('#subdomain-fault').innerText(), /no Zendesk account at nowhere\.zendesk\.com/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'subdomain', 'the cursor stands where the fix is made');
});

test('a wrong token fails at the sign-in; what was typed is kept', async () => {
    await fillToken(practice.account, 'wrong-token-that-nobody-made');
    await connect();
    await problem('zendesk-credentials-rejected').waitFor();
    const { account, sign_in, search } = await states();
    assert.deepEqual([account, sign_in, search], ['passed', 'failed', 'not_run']);
    assert.match(await page.locator('#api_token-fault').innerText(), /did not accept this e-mail and token/);
    assert.equal(await page.locator('#api_token').inputValue(), 'wrong-token-that-nobody-made');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'api_token');
    const link = problem('zendesk-credentials-rejected').getByRole('link', { name: 'Open API tokens in Zendesk' });
    assert.match(await link.getAttribute('href'), /^https:\/\/practice\.zendesk\.com\/admin\//);
});

test('no answer at all is told as such', async () => {
    await fillToken('silent', practice.token);
    await connect();
    await problem('net-unreachable').waitFor();
    assert.match(await problem('net-unreachable').innerText(), /No answer from silent\.zendesk\.com/);
    const { items } = await api(page, `/agents/${page.url().split('/')[4]}/integrations`);
    assert.deepEqual(items, [], 'nothing was stored by any of these');
});

test('OAuth: a wrong secret has its own message, the right one connects', async () => {
    await problem('net-unreachable').waitFor();
    await page.getByRole('radio', { name: 'OAuth client' }).check();
    assert.equal(await page.locator('.checklist').count(), 0, 'the test of the token says nothing about the client');
    await subdomain().fill(practice.account);
    await page.getByLabel('Client ID').fill(practice.client);
    await page.locator('#client_secret').fill('not-the-secret-of-this-client');
    await connect();
    await problem('oauth-client-rejected').waitFor();
    assert.match(await page.locator('#client_secret-fault').innerText(), /client ID and secret/);
    await page.locator('#client_secret').fill(practice.secret);
    await connect();
    await page.getByRole('heading', { name: 'Actions' }).waitFor();
    assert.match(await page.locator('.facts').innerText(), new RegExp(`${practice.client}, secret`));
    assert.ok(!(await page.content()).includes(practice.secret));
});

test('the form is kept over a reload, the secret is not', async () => {
    const third = await createAgent(page, 'Third');
    await page.goto(`${house.url}/agents/${third}/integrations/add/zendesk`);
    await fillToken('acme', practice.token);
    await page.reload();
    await subdomain().waitFor();
    assert.equal(await subdomain().inputValue(), 'acme');
    assert.equal(await page.getByLabel('API e-mail').inputValue(), practice.email);
    assert.equal(await page.locator('#api_token').inputValue(), '');
});

test('Test connection fills in step by step', async () => {
    await openIntegration();
    await house.misbehave({ method: 'GET', path: '/api/v2/search*', fault: 'delay:4000' });
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.locator('[data-step="search"][data-status="running"]').waitFor();
    const { sign_in, read_tickets, actions, budget } = await states();
    assert.deepEqual([sign_in, read_tickets, actions, budget], ['passed', 'passed', 'pending', 'pending']);
    await page.getByText('The connection test passed.').waitFor();
    const finished = Object.values(await states());
    assert.equal(finished.length, 10);
    assert.ok(finished.every((state) => state === 'passed'), finished.join(' '));
});

test('a test that was run has an address that shows it', async () => {
    await page.getByText('Last tests').click();
    await page.locator('[data-test]').first().locator('summary').click();
    const link = page.locator('[data-test]').first().getByRole('link', { name: 'Link to this test' });
    const href = await link.getAttribute('href');
    await page.goto(new URL(href, house.url).href);
    const shown = page.locator(`[data-test="${new URLSearchParams(href.split('?')[1]).get('test')}"]`);
    await shown.locator('[data-step="budget"]').waitFor();
    assert.equal(await shown.locator('[data-status="passed"]').count(), 10);
    await page.goto(`${house.url}/integrations/${integration}?test=tst_gone`);
    await page.getByText('is no longer kept').waitFor();
});

test('new credentials are tested before the old ones go', async () => {
    await openIntegration();
    await page.getByRole('link', { name: 'Replace credentials' }).click();
    await page.locator('#api_token').waitFor();
    assert.equal(await subdomain().inputValue(), practice.account);
    assert.equal(await page.locator('#api_token').inputValue(), '');
    await page.locator('#api_token').fill('wrong-token-that-nobody-made');
    await page.getByRole('button', { name: 'Replace credentials' }).click();
    await problem('zendesk-credentials-rejected').waitFor();
    assert.equal((await api(page, `/integrations/${integration}`)).secret.last4, practice.token.slice(-4), 'the old one stays');
    await page.getByRole('radio', { name: 'OAuth client' }).check();
    await page.getByLabel('Client ID').fill(practice.client);
    await page.locator('#client_secret').fill(practice.secret);
    await page.getByRole('button', { name: 'Replace credentials' }).click();
    await page.locator('.facts').waitFor();
    assert.match(await page.locator('.facts').innerText(), new RegExp(`${practice.secret.slice(-4)}`));
    assert.equal((await api(page, `/integrations/${integration}`)).auth, 'oauth_client');
});

test('what an agent may do is switched at once and stays', async () => {
    const look = page.getByRole('switch', { name: 'Allow Get ticket' });
    const saved = () => page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await Promise.all([saved(), look.uncheck()]);
    await Promise.all([saved(), page.getByLabel('Create ticket asks for a yes').selectOption('never')]);
    await page.reload();
    await look.waitFor();
    assert.equal(await look.isChecked(), false);
    assert.equal(await page.getByLabel('Create ticket asks for a yes').inputValue(), 'never');
    await Promise.all([saved(), look.check()]);
    await Promise.all([saved(), page.getByLabel('Create ticket asks for a yes').selectOption('always')]);
});

test('what is kept free of the rate limit is chosen on the page, and stays', async () => {
    const kept = page.getByLabel('Kept free of the rate limit');
    const saved = () => page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    assert.equal(await kept.inputValue(), '20');
    await Promise.all([saved(), kept.selectOption('30')]);
    await page.reload();
    await kept.waitFor();
    assert.equal(await kept.inputValue(), '30');
    assert.equal((await api(page, `/integrations/${integration}`)).budget.reserve_percent, 30);
    await Promise.all([saved(), kept.selectOption('20')]);
});

test('a Zendesk that is down: the test says so at its step, the status follows, and both come back', async () => {
    await house.practice.end();
    await testConnection('The connection test failed');
    assert.match(await problem('net-unreachable').innerText(), /No answer from practice\.zendesk\.com[^]*Start it: chatcrafter sandbox/);
    await page.locator('.condition').getByText('Needs attention').waitFor();
    assert.match(await page.locator('.condition').innerText(), /changed .+, last worked /);
    await house.startPractice();
    await testConnection('The connection test passed.');
    await page.locator('.condition').getByText('Connected', { exact: true }).waitFor();
});

test('disconnecting says what stops; Escape keeps the connection; what waits is kept', async () => {
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
    await propose(page, 'Waits over a disconnect');
    await house.practice.end();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await card(page, 'waiting').waitFor({ timeout: 30_000 });
    await house.startPractice(undefined, 'POST /api/v2/tickets status:503 times=0'); // before the request is tried again

    await openIntegration();
    const button = page.getByRole('button', { name: 'Disconnect' });
    await button.click();
    const dialog = page.getByRole('dialog');
    assert.match(await dialog.innerText(), /stops acting in practice: it creates, changes and reads nothing/);
    assert.match(await dialog.innerText(), /1 request waits: R-1\. Kept, paused/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Disconnect', 'the focus goes back');
    await button.click();
    await dialog.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByRole('heading', { name: 'Not connected' }).waitFor();
    assert.deepEqual((await api(page, `/agents/${agent}/integrations`)).items, []);
});

test('nothing of all this was refused by the content policy or failed in the script', () => {
    assert.deepEqual(faults, []);
});
