// A language model in Chatlab: its words as they come, Stop, and what the run tells of it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { api, createAgent, createOwner, House, misfits, openBrowser, openPage, say } from './harness.mjs';

let house, browser, page, faults, model, agent;
let open = []; // answers that are being made

const run = () => page.getByRole('region', { name: 'Run' });
const piece = (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;

// OpenAI Chat Completions, as far as a test needs it: the first words at once, the rest when the test says so.
function answer(request, response) {
    request.resume();
    request.on('end', () => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(piece('Hello. How can I help you today? '));
        open.push(response);
    });
}

function finish(words) {
    const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
    const usage = { choices: [], usage: { prompt_tokens: 1200, completion_tokens: 30, total_tokens: 1230 } };
    const [response] = open.splice(0, 1);
    response.end(piece(words) + [end, usage].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') + 'data: [DONE]\n\n');
}

before(async () => {
    model = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => model.once('listening', resolve));
    house = await House.open('127.0.0.1:0', '--allow-private-providers');
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
    await createOwner(page, house.link);
    const base_url = `http://127.0.0.1:${model.address().port}/v1`;
    const { id: provider } = await api(page, '/providers', 'POST', { name: 'House model', protocol: 'openai_chat', model: 'house-1', base_url, key: 'sk-0123456789', price: { input: 1, output: 2 } });
    agent = await createAgent(page);
    await api(page, `/agents/${agent}`, 'PATCH', { engine: 'provider', provider });
});

after(async () => {
    await browser?.close();
    await house?.close();
    model?.closeAllConnections();
    model?.close();
});

const bubble = () => page.locator('[data-author="agent"]').last();

test('words of a model are shown as they come', async () => {
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
    await say(page, 'hi there');
    await bubble().getByText('writing').waitFor();
    await bubble().getByText('How can I help you today?').waitFor();
    finish('Which product is it about?');
    await bubble().getByText('Which product is it about?').waitFor();
    await bubble().getByText('writing').waitFor({ state: 'detached' });
    assert.equal(await page.locator('[data-author="agent"]').count(), 1, 'what was shown became the message');
});

test('the run tells model, tokens and cost', async () => {
    await run().getByText('House model, house-1').waitFor();
    const told = await run().innerText();
    assert.match(told, /Engine\s+Language model/);
    assert.match(told, /1200 in, 30 out/);
    assert.match(told, /\$0\.001260/);
    assert.match(told, /the visitor wrote/);
    assert.deepEqual(await misfits(page), []);
});

test('Stop ends an answer; what was shown of it stays', async () => {
    await say(page, 'tell me more');
    await page.locator('[data-author="agent"]').nth(1).getByText('How can I help you today?').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    await page.locator('[data-author="agent"]').nth(1).getByText('writing').waitFor({ state: 'detached' });
    assert.match(await page.locator('[data-author="agent"]').nth(1).innerText(), /How can I help you today\?/);
    assert.equal(await page.getByRole('textbox', { name: 'Message' }).isEnabled(), true);
});

test('nothing on the way broke the content policy or the script', () => assert.deepEqual(faults, []));
