// Model providers in the console: added with what follows from their kind, tested with a real call, changed, deleted; the key is never read back.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { api, createAgent, createOwner, House, misfits, openBrowser, openPage } from './harness.mjs';

const secret = 'sk-planted-key-of-the-console-4f7Q';

let house, browser, page, faults, model;
let refuses = true;

const button = (name) => page.getByRole('button', { name, exact: true });

// Speaks as much of OpenAI Chat Completions as a test asks: a stream with one tool call.
function answer(request, response) {
    if (refuses) {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end('{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}');
        return;
    }
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
        const [tool] = JSON.parse(body).tools;
        const call = { index: 0, id: 'call_1', type: 'function', function: { name: tool.function.name, arguments: '{}' } };
        const events = [
            { choices: [{ index: 0, delta: { role: 'assistant', tool_calls: [call] }, finish_reason: null }] },
            { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
            { choices: [], usage: { prompt_tokens: 40, completion_tokens: 9, total_tokens: 49 } },
        ];
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') + 'data: [DONE]\n\n');
    });
}

before(async () => {
    model = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => model.once('listening', resolve));
    house = await House.open('127.0.0.1:0', '--allow-private-providers');
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
    await createOwner(page, house.link);
});

after(async () => {
    await browser?.close();
    await house?.close();
    model?.close();
});

test('the kind fills in what follows from it', async () => {
    await page.goto(`${house.url}/settings/providers`);
    await page.getByRole('heading', { name: 'No model providers yet' }).waitFor();
    await page.getByRole('link', { name: 'Add provider' }).first().click();
    await page.getByLabel('Kind').selectOption('ollama');
    assert.equal(await page.getByLabel('Base URL').inputValue(), 'http://127.0.0.1:11434');
    assert.equal(await page.locator('#key').count(), 0);
    await page.getByLabel('Kind').selectOption('anthropic');
    assert.equal(await page.getByLabel('Base URL').inputValue(), 'https://api.anthropic.com');
});

test('one that is added is tested at once, and what is wrong stands under the step', async () => {
    await page.getByLabel('Kind').selectOption('compatible');
    await page.getByLabel('Name').fill('House model');
    await page.getByLabel('Model').fill('house-1');
    await page.getByLabel('Base URL').fill(`http://127.0.0.1:${model.address().port}/v1`);
    await page.locator('#key').fill(secret);
    await page.getByLabel('Input', { exact: true }).fill('2');
    await page.getByLabel('Output').fill('8');
    await button('Add provider').click();
    await page.locator('[data-step="call"][data-status="failed"] [data-problem="provider-key-rejected"]').waitFor();
    assert.deepEqual(await misfits(page), []);
    assert.ok(!(await page.content()).includes(secret));
    assert.equal(await page.locator('#key').inputValue(), '');
    assert.match(await page.locator('#key-hint').innerText(), /ends in 4f7Q/);
});

test('a real call shows what it did and cost', async () => {
    refuses = false;
    await button('Test provider').click();
    await page.locator('[data-step="tool"][data-status="passed"]').waitFor();
    assert.match(await page.locator('[data-step="usage"]').innerText(), /40 in, 9 out, \$0\.000152/);
    await page.getByText('Working', { exact: true }).waitFor();
});

test('another address needs the key again', async () => {
    await page.getByLabel('Base URL').fill('https://models.example.com/v1');
    await button('Save provider').click();
    await page.locator('#key-fault').waitFor();
    await page.getByLabel('Base URL').fill(`http://127.0.0.1:${model.address().port}/v1`);
    await page.getByLabel('Name').fill('Our model');
    await button('Save provider').click();
    await page.getByText('Provider saved.').waitFor();
    const { items } = await api(page, '/providers');
    assert.deepEqual([items[0].name, items[0].price.output], ['Our model', 8]);
});

test('what models may cost is set beside them', async () => {
    await page.getByRole('link', { name: 'Providers' }).first().click();
    await page.getByLabel('A day, dollars').fill('2.5');
    await page.getByLabel('A conversation, tokens').fill('50000');
    await button('Save limits').click();
    await page.getByText('Limits saved.').waitFor();
    const caps = await api(page, '/models/caps');
    assert.deepEqual([caps.day.cost_usd, caps.conversation.tokens, caps.month.tokens], [2.5, 50000, 0]);
    assert.deepEqual(await misfits(page), []);
    await page.getByRole('link', { name: 'Our model' }).click();
    await button('Delete provider').waitFor();
});

test('one that an agent uses stays, and says whose it is', async () => {
    const [{ id: provider }] = (await api(page, '/providers')).items;
    const agent = await createAgent(page, 'Printers');
    await api(page, `/agents/${agent}`, 'PATCH', { engine: 'provider', provider });
    await page.reload();
    await button('Delete provider').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete provider' }).click();
    await page.getByRole('dialog').locator('[data-problem="provider-in-use"]').getByText('In use by Printers').waitFor();
    await api(page, `/agents/${agent}`, 'PATCH', { engine: 'builtin', provider: '' });
    await page.getByRole('dialog').getByRole('button', { name: 'Delete provider' }).click();
    await page.getByRole('heading', { name: 'No model providers yet' }).waitFor();
});

test('nothing on the way broke the content policy or the script', () => assert.deepEqual(faults, []));
