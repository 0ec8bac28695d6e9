// Takes the pictures of docs/screenshots: make screenshots. Everything on them happened in the real program; the practice Zendesk has a fixed port, as its address
// is to be seen.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { card, connectedAgent, createAgent, createOwner, House, openBrowser, openPage, practice, propose, say } from './harness.mjs';

const folder = process.argv[2];
const desk = { width: 1280, height: 940 };
const phone = { width: 360, height: 740 };

const house = await House.open('127.0.0.1:8081');
const browser = await openBrowser();
const { context, page } = await openPage(browser, { viewport: desk, reducedMotion: 'reduce' });

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, check]);
}

// The same picture in fewer bytes: the browser packs for speed.
function packed(png) {
    const parts = [];
    for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
        parts.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + png.readUInt32BE(at)) });
    }
    const pixels = inflateSync(Buffer.concat(parts.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
    const header = parts.find(({ type }) => type === 'IHDR').data;
    return Buffer.concat([png.subarray(0, 8), chunk('IHDR', header), chunk('IDAT', deflateSync(pixels, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

async function take(name, theme, size) {
    await page.setViewportSize(size);
    await context.addCookies([{ name: 'theme', value: theme, url: house.url }]);
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    await writeFile(join(folder, `${name}.png`), packed(await page.screenshot({ caret: 'hide' })));
}

async function takeAll(name) {
    await page.mouse.move(0, 0);
    await take(name, 'light', desk);
    await take(`${name}-dark`, 'dark', desk);
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
await page.getByLabel('API e-mail').fill(practice.email);
await page.locator('#api_token').fill('a-token-that-was-revoked-last-week');
await page.getByRole('button', { name: 'Connect', exact: true }).click();
await page.locator('.checklist [data-problem]').waitFor();
await takeAll('connect');

await chat(agent, 'What can you do?');
await chat(agent, 'What is the status of ticket 35436?');
await page.getByRole('link', { name: 'New chat' }).click();
await propose(page, 'Printer on fire');
await takeAll('confirm');
await page.getByRole('button', { name: 'Confirm' }).click();
await card(page, 'done').waitFor();
await takeAll('chatlab');

await page.goto(`${house.url}/integrations/${integration}`);
await page.getByRole('button', { name: 'Test connection' }).click();
await page.getByText('The connection test passed.').waitFor();
await takeAll('integration');

await page.goto(`${house.url}/agents`);
await page.getByRole('link', { name: 'Open Chatlab of Support' }).waitFor();
await takeAll('agents');

await browser.close();
await house.close();
