// Files in Chatlab: by the button, dropped and pasted; what cannot go is said before, and nothing is lost when Zendesk is away.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { card, connectedAgent, createOwner, House, misfits, openBrowser, openPage, say } from './harness.mjs';

let house, browser, page, faults, agent;

before(async () => {
    house = await House.open();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
    await createOwner(page, house.link);
    ({ agent } = await connectedAgent(page));
    await newChat();
});

after(async () => {
    await browser?.close();
    await house?.close();
});

const newChat = () => page.goto(`${house.url}/agents/${agent}/chatlab`);
const box = () => page.getByRole('textbox', { name: 'Message' });
const chips = () => page.locator('.file-chip').evaluateAll((items) => items.map(({ innerText }) => innerText.replace(/\s+/g, ' ').trim()));
const pdf = (name, bytes = 84_321) => ({ name, mimeType: 'application/pdf', buffer: Buffer.alloc(bytes, 'x') });

async function choose(...files) {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach a file' }).click();
    await (await chooser).setFiles(files);
}

// A file that comes with a drop or a paste, as the browser would tell of it.
const bring = (selector, kind, name) =>
    page.locator(selector).evaluate((element, [event, file]) => {
        const data = new DataTransfer();
        data.items.add(new File(['from elsewhere'], file, { type: 'text/plain' }));
        const how = { bubbles: true, cancelable: true };
        element.dispatchEvent(event === 'drop' ? new DragEvent(event, { ...how, dataTransfer: data }) : new ClipboardEvent(event, { ...how, clipboardData: data }));
    }, [kind, name]);

async function attachments() {
    const [{ id }] = await house.tickets();
    const { comments } = await house.ask(`/api/v2/tickets/${id}/comments`);
    return comments.flatMap((comment) => comment.attachments.map(({ file_name }) => file_name));
}

test('what cannot go is said before anything is sent, and a chip can be removed', async () => {
    await box().waitFor();
    await choose(pdf('huge.pdf', 20 * 1024 * 1024 + 1), pdf('nothing.pdf', 0), pdf('wrong.pdf'));
    assert.match(await page.locator('.composer [role="alert"]').innerText(), /huge\.pdf is larger than 20 MiB, .*nothing\.pdf is empty/);
    assert.deepEqual(await chips(), ['wrong.pdf 84 kB']);
    await page.getByRole('button', { name: 'Remove wrong.pdf' }).click();
    assert.deepEqual(await chips(), []);
    assert.equal(await page.locator('.composer [role="alert"]').count(), 0);
});

test('by the button, dropped and pasted: named before the yes, attached to the ticket', async () => {
    await choose(pdf('invoice.pdf'));
    await bring('.thread', 'drop', 'dropped.txt');
    await bring('#message', 'paste', 'pasted.txt');
    await page.locator('.file-chip', { hasText: 'pasted.txt' }).waitFor();
    assert.deepEqual(await chips(), ['invoice.pdf 84 kB', 'dropped.txt 14 bytes', 'pasted.txt 14 bytes']);
    assert.deepEqual(await misfits(page), []);
    await say(page, 'Open a ticket for jane@example.com: the invoice is wrong');
    await card(page, 'proposed').waitFor();
    assert.match(await page.locator('[data-author="agent"]').last().innerText(), /With the files invoice\.pdf \(84 kB\), dropped\.txt \(14 bytes\), pasted\.txt/);
    assert.match(await card(page, 'proposed').innerText(), /Attached\s+3 files/);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await card(page, 'done').waitFor();
    assert.deepEqual(await attachments(), ['invoice.pdf', 'dropped.txt', 'pasted.txt']);
    assert.deepEqual(await chips(), []);
});

test('a file that is there already stays over a reload, and can be taken off', async () => {
    await newChat();
    await choose(pdf('second.pdf'));
    await say(page, 'hello');
    await page.locator('[data-author="agent"]').waitFor();
    await page.reload();
    await page.locator('.file-chip').waitFor();
    assert.deepEqual(await chips(), ['second.pdf 84 kB']);
    await page.getByRole('button', { name: 'Remove second.pdf' }).click();
    await page.locator('.file-chip').waitFor({ state: 'detached' });
    await say(page, 'Open a ticket for jane@example.com: nothing goes with it');
    await card(page, 'proposed').waitFor();
    assert.doesNotMatch(await page.locator('[data-author="agent"]').last().innerText(), /With the file/);
});

test('with Zendesk away the problem is told, and words and file are kept', async () => {
    await newChat();
    await say(page, 'hello');
    await page.locator('[data-author="agent"]').waitFor();
    await house.practice.end();
    await choose(pdf('kept.pdf'));
    await say(page, 'Open a ticket for jane@example.com: the door is stuck');
    await page.locator('[data-problem="net-unreachable"]').waitFor();
    assert.equal(await box().inputValue(), 'Open a ticket for jane@example.com: the door is stuck');
    assert.deepEqual(await chips(), ['kept.pdf 84 kB']);
    await house.startPractice();
    await page.getByRole('button', { name: 'Send message' }).click();
    await card(page, 'proposed').waitFor();
    assert.match(await page.locator('[data-author="agent"]').last().innerText(), /With the file kept\.pdf/);
});

test('a dry run takes no file', async () => {
    await page.goto(`${house.url}/agents/${agent}/chatlab?dry_run`);
    assert.equal(await page.getByRole('button', { name: 'No files in a dry run' }).isDisabled(), true);
});

test('nothing of all this was refused by the content policy or failed in the script', () => {
    assert.deepEqual(faults, []);
});
