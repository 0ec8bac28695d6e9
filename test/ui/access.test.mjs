// Who gets in, and from where: the second factor as people meet it, and a page of another origin that tries to use a member's session.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { createOwner, House, misfits, openBrowser, openPage, owner } from './harness.mjs';

let house, browser, page, faults, context, secret, recovery;
let lastStep = 0;

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ page, faults, context } = await openPage(browser));
    await createOwner(page, house.link);
});

after(async () => {
    await browser?.close();
    await house?.close();
});

function bytesOf(base32) {
    const bits = [...base32].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
    return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

// RFC 6238, from node's own SHA-1: a step that no code was used of yet, at most one ahead of the clock.
async function freshCode() {
    const now = () => Math.floor(Date.now() / 30000);
    while (now() + 1 <= lastStep) await new Promise((resolve) => setTimeout(resolve, 500));
    lastStep = Math.max(now(), lastStep + 1);
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(lastStep));
    const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
    const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
    return String(number % 1000000).padStart(6, '0');
}

async function signOut() {
    await page.evaluate(() => fetch('/api/v1/session', { method: 'DELETE' }));
    await page.goto(`${house.url}/sign-in`);
}

async function typePassword() {
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Code of your authenticator app').waitFor();
}

test('an app is set up: the QR code, a first code, recovery codes that are shown once', async () => {
    await page.goto(`${house.url}/account`);
    await page.getByRole('textbox', { name: 'Password, to set up the app' }).fill(owner.password);
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    secret = await page.locator('.shown-once code').innerText();
    assert.match(secret, /^[A-Z2-7]{32}$/);
    assert.deepEqual(await misfits(page), []);
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.locator('#code-fault').waitFor();
    await page.getByLabel('Code', { exact: true }).fill(await freshCode());
    await page.getByRole('button', { name: 'Confirm' }).click();
    const codes = (await page.locator('.codes').innerText()).split('\n');
    assert.equal(codes.length, 10);
    [recovery] = codes;
    await page.getByRole('button', { name: 'I kept them' }).click();
    await page.getByText('Recovery codes left: 10').waitFor();
    assert.ok(!(await page.content()).includes(recovery));
});

test('signing in asks for the code, and takes a recovery code', async () => {
    await signOut();
    await typePassword();
    await page.getByLabel('Code of your authenticator app').fill('12');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#code-fault').waitFor();
    await page.getByLabel('Code of your authenticator app').fill(await freshCode());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
    await signOut();
    await typePassword();
    await page.getByLabel('Code of your authenticator app').fill(recovery.toLowerCase());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
});

test('admins can be asked for one: without it only the own account is open', async () => {
    await page.goto(`${house.url}/settings/members`);
    await page.getByRole('switch', { name: 'Admins and owners need a second factor' }).waitFor();
    const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await page.getByText('Admins and owners need a second factor').click();
    await saved;
    await page.getByRole('button', { name: 'Invite member' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail').fill('ada@example.com');
    await dialog.getByLabel('Role').selectOption('admin');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = await dialog.locator('code').innerText();
    await dialog.getByRole('button', { name: 'Close' }).click();
    const other = await openPage(browser);
    await other.page.goto(link);
    await other.page.getByLabel('Name').fill('Ada Admin');
    await other.page.getByLabel('Password', { exact: true }).fill('nine patient herons');
    await other.page.getByRole('button', { name: 'Join' }).click();
    await other.page.locator('[data-problem="second-factor-required"]').waitFor();
    await other.page.getByRole('link', { name: 'Your account' }).first().click();
    await other.page.getByRole('button', { name: 'Set up an authenticator app' }).waitFor();
    await other.context.close();
});

// What a page can try that wants to use somebody's session: told are the kinds of answers that its script gets to see.
async function attempt(target) {
    const headers = { 'content-type': 'application/json' };
    const body = '{"name":"Theirs"}';
    const attempts = [
        fetch(`${target}/api/v1/agents`, { credentials: 'include' }),
        fetch(`${target}/api/v1/agents`, { method: 'POST', credentials: 'include', headers, body }),
        fetch(`${target}/api/v1/agents`, { method: 'POST', credentials: 'include', mode: 'no-cors', body }),
        fetch(`${target}/api/v1/session`, { method: 'DELETE', credentials: 'include' }),
    ];
    const settled = await Promise.allSettled(attempts);
    return settled.map(({ value }) => value?.type ?? 'refused');
}

function submitForm(target) {
    const form = document.createElement('form');
    Object.assign(form, { method: 'POST', enctype: 'text/plain', action: `${target}/api/v1/agents` });
    const field = document.createElement('input');
    Object.assign(field, { name: '{"name":"Theirs","instructions":"', value: '"}' });
    form.append(field);
    document.body.append(form);
    form.submit();
}

async function frameOf(target) {
    const frame = document.createElement('iframe');
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    frame.src = `${target}/agents`;
    document.body.append(frame);
    await loaded;
    return frame.contentDocument === null;
}

// localhost is another site: the cookie stays away. 127.0.0.1 at another port is another origin of the same site: the cookie comes along, and the server has to refuse.
for (const [host, refusal] of [['localhost', 401], ['127.0.0.1', 403]]) {
    test(`a page at another origin, ${host}, changes nothing and reads nothing`, async () => {
        const site = createServer((request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>Elsewhere</title>'));
        await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
        const elsewhere = `http://${host}:${site.address().port}/`;
        const agents = () => page.evaluate(async () => (await (await fetch('/api/v1/agents')).json()).items.length);
        const before = await agents();
        const foreign = await context.newPage();
        const answers = [];
        foreign.on('response', (answer) => answer.request().method() === 'POST' && answers.push(answer.status()));
        await foreign.goto(elsewhere);
        assert.deepEqual(await foreign.evaluate(attempt, house.url), ['refused', 'refused', 'opaque', 'refused']);
        await foreign.evaluate(submitForm, house.url);
        await foreign.waitForURL(`${house.url}/api/v1/agents`);
        assert.deepEqual(answers, [refusal, refusal]);
        assert.equal(await agents(), before);
        await foreign.goto(elsewhere);
        assert.ok(await foreign.evaluate(frameOf, house.url));
        assert.ok(foreign.frames().every((frame) => !frame.url().startsWith(house.url)), 'the console is not shown in a frame of others');
        await foreign.close();
        site.close();
    });
}

test('nothing of all this was refused by the content policy or failed in the script', () => {
    assert.deepEqual(faults, []);
});
