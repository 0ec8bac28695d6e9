// Takes the pictures of docs/screenshots: make screenshots. Everything on them happened in the real program; the practice Zendesk has a fixed port, as its address
// is to be seen.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { api, card, connectedAgent, createAgent, createOwner, House, openBrowser, openPage, practice, propose, say } from './harness.mjs';
import { shrink } from './shrink.mjs';

const folder = process.argv[2];
const desk = { width: 1280, height: 720 };
const tallDesk = { width: 1280, height: 940 }; // a whole conversation
const phone = { width: 360, height: 740 };

const house = await House.open('127.0.0.1:8081');
const browser = await openBrowser();
const { page } = await openPage(browser, { viewport: desk, reducedMotion: 'reduce' });

async function take(name, theme, size) {
    await page.setViewportSize(size);
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    await writeFile(join(folder, `${name}.png`), shrink(await page.screenshot({ caret: 'hide' })));
}

async function takeAll(name, size = desk) {
    await page.mouse.move(0, 0);
    await take(name, 'light', size);
    await take(`${name}-dark`, 'dark', size);
    await take(`${name}-phone`, 'light', phone);
    await page.setViewportSize(desk);
}

async function chat(agent, text) {
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
    await say(page, text);
    await page.locator('[data-author="agent"]').first().waitFor();
}

await createOwner(page, house.link);
const { agent, integration } = await connectedAgent(page);
const second = await createAgent(page, 'Orders');

await page.goto(`${house.url}/agents/${second}/integrations/add/zendesk`);
await page.getByLabel('Zendesk subdomain').fill(practice.account);
await page.getByRole('radio', { name: 'API token' }).check();
await page.getByLabel('API e-mail').fill(practice.email);
await page.locator('#api_token').fill('a-token-that-was-revoked-last-week');
await page.getByRole('button', { name: 'Connect', exact: true }).click();
await page.locator('.checklist [data-problem]').waitFor();
await takeAll('connect');

await chat(agent, 'What can you do?');
await chat(agent, 'What is the status of ticket 35436?');
await page.getByRole('link', { name: 'New chat' }).click();
await propose(page, 'Printer on fire');
await takeAll('confirm', tallDesk);
await page.getByRole('button', { name: 'Confirm' }).click();
await card(page, 'done').waitFor();
await takeAll('chatlab', tallDesk);

await page.goto(`${house.url}/integrations/${integration}`);
await page.getByRole('button', { name: 'Test connection' }).click();
await page.getByText('The connection test passed.').waitFor();
await takeAll('integration');

const claude = { name: 'Claude', protocol: 'anthropic', model: 'claude-sonnet-4-5', key: 'sk-ant-0123456789', price: { input: 3, output: 15 } };
const { id: provider } = await api(page, '/providers', 'POST', claude);
await page.goto(`${house.url}/settings/providers/${provider}`);
await page.getByRole('button', { name: 'Test provider' }).waitFor();
await takeAll('provider', tallDesk);

const words = ['You help customers of Acme Printers.', 'Ask for the serial number.', 'Never promise a refund.'];
await api(page, `/agents/${agent}`, 'PATCH', { instructions: words.join('\n'), note: 'First words' });
await page.goto(`${house.url}/agents/${agent}`);
await page.getByLabel('Instructions').fill([words[0], 'Ask for the serial number first.', words[2]].join('\n'));
await page.getByRole('radio', { name: /Language model/ }).check();
await page.getByLabel('Provider', { exact: true }).selectOption({ label: 'Claude (claude-sonnet-4-5)' });
await page.getByRole('button', { name: 'Review and publish' }).click();
await page.locator('.diff').waitFor();
await takeAll('publish');
await page.getByRole('button', { name: 'Not yet' }).click();

await page.goto(`${house.url}/agents`);
await page.getByRole('link', { name: 'Open Chatlab of Support' }).waitFor();
await takeAll('agents');

await browser.close();
await house.close();
