// The list of conversations: narrowed by what stands in the address, taken away as a file, erased.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { api, card, connectedAgent, createAgent, createOwner, House, misfits, openBrowser, openPage, propose } from './harness.mjs';

let house, browser, page, faults, agent, other;

const rows = () => page.locator('tbody tr');
const button = (name) => page.getByRole('button', { name, exact: true });

async function exported(name) {
    const [download] = await Promise.all([page.waitForEvent('download'), button(name).click()]);
    return readFile(await download.path(), 'utf8');
}

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
    await createOwner(page, house.link);
    ({ agent } = await connectedAgent(page));
    other = await createAgent(page, 'Orders');
    const visitor = { email: '=cmd@example.com', name: 'Eve, "the" visitor', verified: false };
    const { id } = await api(page, `/agents/${other}/conversations`, 'POST', { channel: 'chatlab', visitor });
    await api(page, `/conversations/${id}/messages`, 'POST', { text: 'hello there' });
    for (let count = 0; count < 101; count++) await api(page, `/agents/${agent}/conversations`, 'POST', { channel: 'cli' });
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
    await propose(page, 'Printer on fire');
    await button('Confirm').click();
    await card(page, 'done').waitFor();
});

after(async () => {
    await browser?.close();
    await house?.close();
});

test('the list comes in pages', async () => {
    await page.goto(`${house.url}/conversations`);
    await rows().nth(99).waitFor();
    assert.equal(await rows().count(), 100);
    await button('Show more').click();
    await rows().nth(102).waitFor();
    assert.equal(await rows().count(), 103);
});

test('filters and search stand in the address, and survive a reload', async () => {
    await page.getByLabel('Outcome').selectOption('ticket');
    await page.getByText('#35436').waitFor();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    assert.match(page.url(), /\?outcome=ticket$/);
    await page.getByLabel('Outcome').selectOption('');
    await page.getByLabel('Search').fill('eve');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1 && location.search === '?q=eve');
    await page.reload();
    await page.getByText('hello there').waitFor();
    assert.equal(await page.getByLabel('Search').inputValue(), 'eve');
    await page.getByLabel('Channel').selectOption('cli');
    await page.getByRole('heading', { name: 'No conversation fits' }).waitFor();
    assert.deepEqual(await misfits(page), []);
    await page.getByRole('link', { name: 'Show all conversations' }).click();
    await rows().nth(99).waitFor();
});

test('what is shown can be taken away, all pages of it', async () => {
    const all = JSON.parse(await exported('Export JSON'));
    assert.equal(all.length, 103);
    await page.goto(`${house.url}/conversations?agent=${other}`);
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    const lines = (await exported('Export CSV')).split('\r\n');
    assert.equal(lines.length, 3);
    assert.match(lines[1], /,Orders,chatlab,false,L1,'=cmd@example\.com,"Eve, ""the"" visitor",,hello there$/);
});

test('one can be taken away whole, and erased', async () => {
    await page.getByRole('link', { name: 'hello there' }).click();
    const whole = JSON.parse(await exported('Export JSON'));
    assert.equal(whole.messages[0].text, 'hello there');
    await button('Erase').click();
    await button('Erase conversation').click();
    await page.getByRole('heading', { name: 'Conversations', level: 1 }).waitFor();
    const { items } = await api(page, `/conversations?agent=${other}`);
    assert.deepEqual(items, []);
});

test('nothing on the way broke the content policy or the script', () => assert.deepEqual(faults, []));
