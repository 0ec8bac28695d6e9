// The console by its keys: go anywhere, the sheet of keys, two letters to a page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAgent, createOwner, House, misfits, openBrowser, openPage } from './harness.mjs';

let house, browser, page, faults, agent;

const heading = (name) => page.getByRole('heading', { name, level: 1 });

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
    await createOwner(page, house.link);
    agent = await createAgent(page, 'Printers');
    await page.goto(`${house.url}/agents`);
    await page.getByRole('main').getByRole('link', { name: 'Printers', exact: true }).waitFor();
});

after(async () => {
    await browser?.close();
    await house?.close();
});

test('a few letters lead anywhere', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Where to' }).waitFor();
    assert.deepEqual(await misfits(page), []);
    await page.keyboard.type('print vers');
    assert.deepEqual(await page.getByRole('option').allInnerTexts(), ['Printers: versions\nAgent']);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Version 1' }).waitFor();
    assert.ok(page.url().endsWith(`/agents/${agent}/versions`));
});

test('the arrows choose, Escape leaves all as it was', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator('[aria-selected=true]').innerText(), 'New agent\nAgent');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.match(await page.locator('[aria-selected=true]').innerText(), /./);
    await page.keyboard.type('nothing is called this');
    await page.getByText('Nothing has this name.').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.ok(page.url().endsWith('/versions'));
});

test('two letters lead to a page, and a question mark to the list of keys', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await heading('Conversations').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    assert.deepEqual(await misfits(page), []);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('what is typed into a field is no shortcut', async () => {
    await page.getByLabel('Search').fill('');
    await page.getByLabel('Search').pressSequentially('g a?');
    assert.equal(await page.getByLabel('Search').inputValue(), 'g a?');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await heading('Conversations').waitFor();
});

test('nothing on the way broke the content policy or the script', () => assert.deepEqual(faults, []));
