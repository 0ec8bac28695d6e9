// What every screen owes: it fits a phone and a desk in both themes, cuts nothing off, does not move while it loads, is small, and can be left by a skip link.
import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, test } from 'node:test';
import { card, createOwner, furnish, House, misfits, openBrowser, openPage } from './harness.mjs';


let house, browser, context, page, faults, paths;

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ context, page, faults } = await openPage(browser));
    await createOwner(page, house.link);
    paths = await furnish(house, page);
});

after(async () => {
    await browser?.close();
    await house?.close();
});

for (const [width, height] of [[360, 740], [1280, 800]])
    for (const theme of ['light', 'dark'])
        test(`every screen fits at ${width} px, ${theme}, and stands still while it loads`, async () => {
            await page.setViewportSize({ width, height });
            await context.addCookies([{ name: 'theme', value: theme, url: house.url }]);
            for (const path of paths) {
                await page.goto(house.url + path);
                await page.locator('main h1').first().waitFor();
                await page.waitForFunction(() => document.querySelector('.skeleton') === null);
                assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), theme, path);
                assert.deepEqual(await misfits(page), [], path);
                assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
                const shifted = await page.evaluate(() => shifted);
                assert.ok(shifted < 0.01, `${path} moved by ${shifted}`);
            }
        });

test('on a phone the composer is on the screen, and the menu leads everywhere', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(house.url + paths.find((path) => path.startsWith('/chatlab/con_') && !path.endsWith('nowhere')));
    await card(page, 'done').waitFor();
    const { y, height } = await page.locator('.composer').boundingBox();
    assert.ok(y > 0 && y + height <= 740, `the composer stands at ${y}`);
    const controls = page.locator('main :is(a.button, button, .tab)');
    const small = await controls.evaluateAll((all) => all.filter((item) => item.checkVisibility() && item.offsetHeight < 24).map((item) => item.outerHTML));
    assert.deepEqual(small, [], 'each can be hit by a finger');
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.locator('.account summary').click();
    assert.deepEqual(await misfits(page), []);
    await page.getByRole('link', { name: 'Your account' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Menu' }).getAttribute('aria-expanded'), 'false');
    await page.setViewportSize({ width: 1280, height: 800 });
});

test('an unknown address says so; the first Tab stop leads past the navigation', async () => {
    await page.goto(`${house.url}/no/such/page`);
    await page.getByRole('heading', { name: 'There is no page here' }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
    await page.getByRole('link', { name: 'Open agents' }).click();
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
});

test('the theme is a choice that the server knows before the first paint', async () => {
    for (const [choice, ground] of [['Dark', 'rgb(17, 17, 19)'], ['Light', 'rgb(252, 252, 253)']]) {
        await page.locator('.account summary').click();
        await page.getByRole('radio', { name: choice }).check();
        const source = await (await page.request.get(`${house.url}/agents`, { headers: { accept: 'text/html' } })).text();
        assert.ok(source.includes(`data-theme="${choice.toLowerCase()}"`));
        await page.reload();
        await page.locator('.account summary').waitFor();
        assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), ground);
    }
});

test('without a choice the theme is the system\'s', async () => {
    const other = await openPage(browser, { colorScheme: 'dark' });
    await other.page.goto(`${house.url}/sign-in`);
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(await other.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(17, 17, 19)');
    await other.context.close();
});

test('the first load is at most 120 KB', async () => {
    const size = (path) =>
        new Promise((resolve, reject) => {
            get(house.url + path, { headers: { accept: 'text/html, */*', 'accept-encoding': 'gzip' } }, (answer) => {
                let bytes = 0;
                answer.on('data', (chunk) => (bytes += chunk.length)).on('end', () => resolve(bytes));
            }).on('error', reject);
        });
    const fresh = await openPage(browser);
    const loaded = new Set();
    fresh.page.on('request', (request) => loaded.add(new URL(request.url()).pathname));
    await fresh.page.goto(`${house.url}/sign-in`, { waitUntil: 'networkidle' });
    await fresh.context.close();
    for (const needed of ['/sign-in', '/assets/console.js', '/assets/console.css', '/assets/inter.woff2']) assert.ok(loaded.has(needed), needed);
    const sizes = await Promise.all([...loaded].map(size));
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(sizes.every((bytes) => bytes > 0) && total <= 120 * 1024, `${total} bytes: ${[...loaded].join(' ')}: ${sizes.join(' ')}`);
});

test('nothing of all this was refused by the content policy or failed in the script', () => {
    assert.deepEqual(faults, []);
});
