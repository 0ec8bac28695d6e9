// Starts what the browser tests run against: the real binary as practice Zendesk and as server, each in a data directory of its own, and Chromium.
// CHATCRAFTER names the binary (default build/chatcrafter), CHROMIUM the browser (default /usr/bin/chromium).
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '../../ui/node_modules/playwright-core/index.mjs';

const root = join(import.meta.dirname, '../..');
const binary = process.env.CHATCRAFTER ?? join(root, 'build/chatcrafter');
const quietFlags = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];

export const practice = {
    account: 'practice',
    email: 'admin@practice.example',
    token: 'practice-token-for-the-console-Zq7x',
    client: 'console-tests',
    secret: 'practice-secret-for-the-console-8pLm',
};
export const owner = { name: 'Olivia Owner', email: 'olivia@example.com', password: 'seven quiet lanterns' };

// One process of the binary. Its talk is kept: `said` waits for a line of it.
class Program {
    constructor(...args) {
        this.talk = '';
        this.child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
        this.ended = new Promise((resolve) => this.child.once('exit', resolve));
        process.once('exit', () => this.child.kill('SIGKILL')); // also when a test runner fails half way
        this.child.stderr.setEncoding('utf8').on('data', (text) => (this.talk += text));
    }

    async said(pattern) {
        for (let tries = 0; tries < 600; tries++) {
            const found = pattern.exec(this.talk);
            if (found) return found;
            if (this.child.exitCode !== null) break;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error(`${this.child.spawnargs.join(' ')} did not say ${pattern}:\n${this.talk}`);
    }

    async end(signal = 'SIGTERM') {
        this.child.kill(signal);
        await this.ended;
    }
}

export class House {
    // `flags` go to the server each time it starts.
    static async open(practiceListen = '127.0.0.1:0', ...flags) {
        const house = new House();
        house.flags = flags;
        house.directory = await mkdtemp(join(tmpdir(), 'chatcrafter-ui-'));
        await house.startPractice(practiceListen);
        await house.startServer('127.0.0.1:0');
        return house;
    }

    // `faults` are there from its first answer on, as `chatcrafter sandbox --fault` takes them.
    async startPractice(listen = this.practiceListen, ...faults) {
        const { account, email, token, client, secret } = practice;
        const values = ['--account', account, '--email', email, '--api-token', token, '--oauth-client', `${client}:${secret}`];
        const wrong = faults.flatMap((fault) => ['--fault', fault]);
        this.practice = new Program('sandbox', '--data', join(this.directory, 'practice'), '--listen', listen, ...values, ...wrong);
        [this.practiceUrl] = await this.practice.said(/http:\/\/[\d.:]+(?=\/agent)/);
        this.practiceListen = new URL(this.practiceUrl).host;
    }

    // "nowhere" leads to the practice server as well, which has no account of that name; "silent" leads to a port where nothing listens.
    async startServer(listen = this.listen) {
        const resolve = { [practice.account]: this.practiceUrl, nowhere: this.practiceUrl, silent: 'http://127.0.0.1:9' };
        const resolves = Object.entries(resolve).flatMap(([name, url]) => ['--zendesk-resolve', `${name}=${url}`]);
        this.server = new Program('serve', '--data', join(this.directory, 'data'), '--listen', listen, ...resolves, ...this.flags);
        [, this.url] = await this.server.said(/ready: (http:\/\/\S+)/);
        this.listen = new URL(this.url).host;
        this.link ??= (await this.server.said(/http:\/\/\S+\/sign-in#\S+/))[0];
    }

    async close() {
        await Promise.all([this.practice.end(), this.server.end()]);
        await rm(this.directory, { recursive: true });
    }

    // What the practice Zendesk holds and has received, asked as one asks the real one.
    async ask(path) {
        const credentials = Buffer.from(`${practice.email}/token:${practice.token}`).toString('base64');
        const answer = await fetch(this.practiceUrl + path, { headers: { authorization: `Basic ${credentials}`, accept: 'application/json' } });
        if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
        return answer.json();
    }

    // Faults the practice Zendesk shows from now on, as its documentation writes them.
    async misbehave(fault) {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${this.practiceUrl}/_sandbox/faults`, { method: 'POST', headers, body: JSON.stringify(fault) });
        if (!answer.ok) throw new Error(`faults: HTTP ${answer.status} ${await answer.text()}`);
    }

    // How many times it was asked to create a ticket.
    async posted() {
        const { requests } = await this.ask('/_sandbox/requests');
        return requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/api/v2/tickets')).length;
    }

    async tickets() {
        return (await this.ask('/api/v2/tickets')).tickets;
    }
}

export const openBrowser = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quietFlags });

// Counts what moved without anybody having typed or clicked.
function countShifts() {
    globalThis.shifted = 0;
    const count = (list) => list.getEntries().forEach(({ value, hadRecentInput }) => (globalThis.shifted += hadRecentInput ? 0 : value));
    new PerformanceObserver(count).observe({ type: 'layout-shift', buffered: true });
}

// A page that remembers what it should not have done: refusals of the content policy, and errors of the script.
export async function openPage(browser, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    await context.addInitScript(countShifts);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000); // the machine may be busy
    const faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
        if (/Content Security Policy|Trusted(HTML|Script)|violates/.test(message.text())) faults.push(message.text());
    });
    return { context, page, faults };
}

export async function createOwner(page, link) {
    await page.goto(link);
    await page.getByRole('heading', { name: 'Create the owner' }).waitFor();
    await page.getByLabel('Name').fill(owner.name);
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Create owner' }).click();
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
}

export async function signIn(page, url, password = owner.password) {
    await page.goto(`${url}/sign-in`);
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
}

// The console's own API, with the session of the page.
export async function api(page, path, method = 'GET', data = undefined) {
    const headers = method === 'GET' ? {} : { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
    const answer = await page.request.fetch(new URL(`/api/v1${path}`, page.url()).href, { method, headers, ...(data && { data }) });
    if (!answer.ok()) throw new Error(`${method} ${path}: HTTP ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
}

export async function createAgent(page, name = 'Support') {
    return (await api(page, '/agents', 'POST', { name })).id;
}

// An agent connected to the practice Zendesk.
export async function connectedAgent(page, name = 'Support') {
    const agent = await createAgent(page, name);
    const { account: subdomain, email, token: api_token } = practice;
    const credentials = { provider: 'zendesk', auth: 'api_token', subdomain, email, api_token };
    const { id: integration } = await api(page, `/agents/${agent}/integrations`, 'POST', credentials);
    return { agent, integration };
}

export const card = (page, status) => page.locator(`article[data-status="${status}"]`);

export async function say(page, text) {
    await page.getByRole('textbox', { name: 'Message' }).fill(text);
    await page.keyboard.press('Enter');
}

// From a new chat to the card that asks for the yes.
export async function propose(page, subject) {
    await page.getByRole('button', { name: 'Create a test ticket' }).click();
    await page.locator('[data-author="agent"]').first().waitFor();
    await say(page, `subject: ${subject}. Smoke comes out of tray 2. I am jane@example.com`);
    await card(page, 'proposed').waitFor();
}

// One of everything that has a screen, long names included: every path of the console, some that lead nowhere among them.
export async function furnish(house, page) {
    const { agent, integration } = await connectedAgent(page, 'Customer support for printers, scanners and everything that is plugged into them');
    const bare = await createAgent(page, 'Not yet connected');
    await page.goto(`${house.url}/agents/${agent}/chatlab`);
    await propose(page, 'Averylongsubjectwithoutanyspacethatwouldstickoutofanarrowscreenifnothingheldit');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await card(page, 'done').waitFor();
    const of = (id) => ['', '/versions', '/actions', '/integrations', '/integrations/add', '/integrations/add/zendesk', '/chatlab'].map((tab) => `/agents/${id}${tab}`);
    const one = [`/integrations/${integration}`, `/integrations/${integration}/credentials`, new URL(page.url()).pathname];
    const provider = { name: 'A model of the house', protocol: 'ollama', model: 'a-model-with-a-name-of-its-own:70b-instruct-q4_K_M', base_url: 'https://models.example.com' };
    const { id: model } = await api(page, '/providers', 'POST', provider);
    await api(page, `/agents/${agent}/draft`, 'PUT', { fallbacks: [model], instructions: 'One\nTwo\nThree', tone: 'calm' });
    await api(page, `/agents/${agent}/versions`, 'POST', { note: 'Calmer' });
    const gone = ['/nowhere', '/chatlab/con_nowhere', '/integrations/int_nowhere', '/agents/agt_nowhere'];
    return ['/agents', '/agents/new', ...of(agent), ...of(bare), ...one, '/conversations', '/conversations?q=nothing-like-that', '/settings/members', '/settings/providers', '/settings/providers/new', `/settings/providers/${model}`, '/settings/providers/prv_nowhere', '/settings/keys', '/settings/webhook', '/settings/audit', '/settings/system', '/account', ...gone, '/sign-in'];
}

// Elements that stick out of the page to the right, unless something around them scrolls or cuts on purpose; and words cut off by their own box
// without an ellipsis.
export function misfits(page) {
    return page.evaluate(() => {
        const isHeld = (element) => {
            for (let at = element.parentElement; at; at = at.parentElement) if (getComputedStyle(at).overflowX !== 'visible') return true;
            return false;
        };
        const isUnseen = (element) => {
            for (let at = element; at; at = at.parentElement) if (getComputedStyle(at).clipPath !== 'none') return true;
            return false;
        };
        const isOut = (element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !isHeld(element);
        const isCut = (element) => {
            const { overflowX, overflowY, textOverflow, display } = getComputedStyle(element);
            if (isUnseen(element) || element.closest('svg') || display === 'inline' || element.clientWidth === 0) return false;
            const wide = element.scrollWidth > element.clientWidth + 1 && textOverflow !== 'ellipsis' && !/auto|scroll/.test(overflowX);
            const high = element.scrollHeight > element.clientHeight + 1 && /hidden|clip/.test(overflowY) && textOverflow !== 'ellipsis';
            return wide || high;
        };
        const isWrong = (element) => element.checkVisibility() && (isOut(element) || isCut(element));
        const all = [...document.querySelectorAll('body *:not(input, textarea, select)')];
        return all.filter(isWrong).map((element) => `${element.tagName}.${element.getAttribute('class')}`);
    });
}

// What a screen reader would call the element with the focus, and whether the focus is to be seen on it or right beside it.
const focused = () => {
    const element = document.activeElement;
    const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
    const isMarked = [element, element.parentElement, element.nextElementSibling].some((at) => at && getComputedStyle(at).outlineStyle !== 'none');
    return { name: name.trim(), isMarked };
};

// Goes with the Tab key alone until the control of that name has the focus; each stop on the way must be visible.
export async function tabTo(page, wanted, key = 'Tab') {
    const passed = [];
    for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press(key);
        const { name, isMarked } = await page.evaluate(focused);
        if (!isMarked) throw new Error(`the focus on "${name}" cannot be seen`);
        if (name === wanted) return;
        passed.push(name);
    }
    throw new Error(`${key} does not reach "${wanted}", but ${passed.join(' | ')}`);
}
