// axe-core finds nothing on any screen, nor in what opens above a screen. The dark theme has the same markup, so there only its contrast is asked for.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { card, createOwner, furnish, House, openBrowser, openPage, say } from './harness.mjs';

const axe = readFileSync(join(import.meta.dirname, '../../ui/node_modules/axe-core/axe.min.js'), 'utf8');

let house, browser, context, page, faults, paths;

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ context, page, faults } = await openPage(browser, { reducedMotion: 'reduce' })); // no colour is caught half way
    await createOwner(page, house.link);
    paths = await furnish(house, page);
});

after(async () => {
    await browser?.close();
    await house?.close();
});

async function assertSoundIn(theme, what) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    const options = { resultTypes: ['violations'], ...(theme === 'dark' && { runOnly: ['color-contrast'] }) };
    const found = await page.evaluate(async (wanted) => {
        const { violations } = await globalThis.axe.run(document, wanted);
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ''}`).join(' | ')}`);
    }, options);
    assert.deepEqual(found, [], `${what}, ${theme}`);
}

async function assertSound(what) {
    await page.evaluate(axe);
    await assertSoundIn('light', what);
    await assertSoundIn('dark', what);
}

async function open(path) {
    await page.goto(house.url + path);
    await page.locator('main h1').first().waitFor();
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
}

test('every screen', async () => {
    for (const path of paths) {
        await open(path);
        await assertSound(path);
    }
});

const agent = () => paths.find((path) => /^\/agents\/agt_/.test(path));
const button = (name) => page.getByRole('button', { name, exact: true });

const states = {
    'the account menu': async () => {
        await open('/agents');
        await page.locator('.account summary').click();
    },
    'a dialog of settings': async () => {
        await open('/settings/members');
        await button('Invite member').click();
        await page.getByRole('dialog').getByLabel('E-mail').fill('no');
        await button('Make the link').click();
        await page.locator('#email-fault').waitFor();
    },
    'publishing': async () => {
        await open(agent());
        await page.getByLabel('Instructions').fill('Other words\nTwo');
        await button('Review and publish').click();
        await page.getByRole('dialog').waitFor();
    },
    'what a version changed': async () => {
        await open(`${agent()}/versions?version=2`);
        await page.locator('.diff').waitFor();
    },
    'whom one plays': async () => {
        await open(`${agent()}/chatlab?as=L3&dry_run`);
    },
    'a proposal, a failure and a run': async () => {
        await open(paths.find((path) => path.startsWith('/agents') && path.endsWith('/chatlab')));
        await page.getByRole('link', { name: 'New chat' }).click();
        await say(page, 'what is the status of ticket 99999999?');
        await card(page, 'rejected').waitFor();
        await page.getByText('What was read of it').click();
        await page.locator('.run details[open] dd').first().waitFor();
    },
    'a failed test of a provider': async () => {
        await open(paths.find((path) => path.startsWith('/settings/providers/prv_') && !path.endsWith('nowhere')));
        await button('Test provider').click();
        await page.locator('.checklist').waitFor();
    },
    'going anywhere': async () => {
        await open('/agents');
        await page.keyboard.press('Control+k');
        await page.getByRole('option').first().waitFor();
    },
    'the sheet of keys': async () => {
        await open('/agents');
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
    },
    'a server out of reach': async () => {
        await open('/agents');
        await context.setOffline(true);
        await page.locator('.offline').waitFor();
    },
};

test('what opens above a screen', async () => {
    for (const [what, show] of Object.entries(states)) {
        await show();
        await assertSound(what);
        await context.setOffline(false);
    }
});

test('nothing on the way broke the content policy or the script', () => assert.deepEqual(faults, []));
