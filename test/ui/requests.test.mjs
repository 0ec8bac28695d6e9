// The page with what waits, failed and needs a person: what each row says, and what its buttons do to it and to its conversation.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { card, connectedAgent, createOwner, House, misfits, openBrowser, openPage, propose } from './harness.mjs';

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

const row = (reference) => page.locator(`[data-request="${reference}"]`);
const press = (reference, name) => row(reference).getByRole('button', { name }).click();

// A request that waits: Zendesk asks for a quarter of an hour of silence, so nothing moves by itself.
async function waiting(subject) {
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
    await propose(page, subject);
    await house.misbehave({ method: 'POST', path: '/api/v2/tickets', fault: 'status:429:900', times: 1 });
    await page.getByRole('button', { name: 'Confirm' }).click();
    await card(page, 'waiting').waitFor();
}

async function openRequests() {
    await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: /^Requests/ }).click();
    await page.getByRole('heading', { name: 'Requests', level: 1 }).waitFor();
}

test('nothing waits', async () => {
    await openRequests();
    await page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
    assert.equal(await page.locator('.nav-count').count(), 0);
});

test('a waiting request says whose it is, why it waits and what can be done', async () => {
    await waiting('The lift is stuck');
    await openRequests();
    await row('R-1').waitFor();
    const words = await row('R-1').innerText();
    for (const part of ['Create ticket', 'Waiting', 'The lift is stuck', 'jane@example.com', 'Support', 'Zendesk asked us to slow down']) assert.ok(words.includes(part), part);
    assert.match(await page.locator('.nav-count').innerText(), /^1/);
    assert.deepEqual(await misfits(page), []);
    await page.setViewportSize({ width: 360, height: 740 });
    assert.deepEqual(await misfits(page), []);
    await page.setViewportSize({ width: 1280, height: 800 });
});

test('it is dropped with a reason that the conversation reads', async () => {
    await press('R-1', 'Drop');
    const dialog = page.getByRole('dialog', { name: 'Drop R-1' });
    assert.ok(await dialog.getByRole('button', { name: 'Drop request' }).isDisabled());
    await dialog.getByLabel('Reason').fill('asked for twice');
    await dialog.getByRole('button', { name: 'Drop request' }).click();
    await page.getByText('R-1 is dropped. Its conversation has been told.').waitFor();
    await page.locator('[data-request="R-1"][data-state="dropped"]').waitFor();
    assert.equal(await row('R-1').getByRole('button').count(), 0);
    await row('R-1').getByRole('link', { name: 'Open conversation' }).click();
    await page.getByText('The team gave this request up: asked for twice').first().waitFor();
    assert.deepEqual(await house.tickets(), []);
});

test('it is marked as done with a ticket that is looked at in Zendesk', async () => {
    await waiting('The door is open');
    await openRequests();
    await press('R-2', 'Mark as done');
    const dialog = page.getByRole('dialog', { name: 'Mark R-2 as done' });
    await dialog.getByLabel('Ticket number').fill('424242');
    await dialog.getByRole('button', { name: 'Mark as done' }).click();
    await dialog.getByText(/no such ticket|slow down/).waitFor();
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    await row('R-2').waitFor();
});

test('before disconnecting the requests that wait are named', async () => {
    await page.goto(`${house.url}/integrations/${integration}`);
    await page.getByRole('button', { name: 'Disconnect' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/1 request waits: R-2/).waitFor();
    await dialog.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await openRequests();
    await page.locator('[data-request="R-2"][data-state="paused"]').waitFor();
    await press('R-2', 'Try again now');
    await page.locator('[role="alert"][data-problem="no-integration"]').waitFor();
});

test('a viewer sees them and has no buttons', async () => {
    await page.route('**/api/v1/session', async (route) => {
        const answer = await route.fetch();
        const session = await answer.json();
        await route.fulfill({ response: answer, json: { ...session, member: { ...session.member, role: 'viewer' } } });
    });
    await page.reload();
    await row('R-2').waitFor();
    assert.equal(await row('R-2').getByRole('button').count(), 0);
    await row('R-2').getByRole('link', { name: 'Open conversation' }).waitFor();
    assert.deepEqual(faults, []);
});
