// Server-sent events over fetch: EventSource can neither POST nor read a problem. The reader is used with getReader(), since asynchronous iteration of a body is
// missing in Safari.
import { ProblemError, send, type Ask } from './client';
import type { Check, Problem } from './types';

export interface ServerEvent {
    event: string;
    data: string;
}

// One block of lines between two blank lines; null when it carries no data (a comment that keeps the connection open).
function parseBlock(block: string): ServerEvent | null {
    let event = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
        const colon = line.indexOf(':');
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (name === 'event') event = value;
        if (name === 'data') data.push(value);
    }
    return data.length > 0 ? { event, data: data.join('\n') } : null;
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let pending = '';
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            pending = (pending + decoder.decode(value, { stream: true })).replaceAll('\r\n', '\n');
            const blocks = pending.split('\n\n');
            pending = blocks.pop() ?? '';
            for (const block of blocks) {
                const event = parseBlock(block);
                if (event) yield event;
            }
        }
    } finally {
        reader.releaseLock();
    }
}

// The stream has begun when this resolves: what happens from then on will be read.
export async function openStream(ask: Omit<Ask, 'accept'>): Promise<AsyncGenerator<ServerEvent>> {
    const response = await send({ ...ask, accept: 'text/event-stream' });
    if (!response.body) throw new Error('an event stream without a body');
    return read(response.body);
}

const cutShort: Problem = {
    title: 'The connection test was cut short',
    detail: 'The server stopped answering before the last step. Nothing was stored; run it again.',
    status: 0,
    code: 'stream-cut',
};

// A call that runs the connection test: each finished step is told as it comes, then the call's own answer.
export async function runChecked<T>(path: string, body: object, onCheck: (check: Check) => void, abort?: AbortSignal): Promise<T> {
    for await (const { event, data } of await openStream({ method: 'POST', path, body, abort })) {
        if (event === 'check') onCheck(JSON.parse(data) as Check);
        if (event === 'result') {
            const result = JSON.parse(data) as { status: number; body: unknown };
            if (result.status >= 300) throw new ProblemError(result.body as Problem);
            return result.body as T;
        }
    }
    throw new ProblemError(cutShort);
}
