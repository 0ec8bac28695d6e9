// One function per kind of exchange with the REST API. A refusal is thrown as ProblemError with the server's own words; no answer at all becomes a problem of
// the same shape, so that screens know one kind of failure. Two things are told to the rest of the console: that the session ended, and whether the server is
// within reach (state/reach.ts draws the bar).
import { signal } from '@preact/signals';
import type { Problem } from './types';

const base = '/api/v1';

export class ProblemError extends Error {
    constructor(readonly problem: Problem) {
        super(problem.title);
    }
}

export const reachable = signal(true);

let sessionEnded: () => void = () => undefined;
export function whenSessionEnds(tell: () => void): void {
    sessionEnded = tell;
}

const unreachable: Problem = {
    title: 'The server did not answer',
    detail: 'What you typed is kept. Try again when the connection is back.',
    status: 0,
    code: 'server-unreachable',
};

function unreadable(status: number): Problem {
    return {
        title: `The server answered with HTTP ${status}`,
        detail: 'The answer did not come from ChatCrafterAI. Check the proxy between this browser and the server.',
        status,
        code: 'answer-unreadable',
    };
}

export function asProblem(reason: unknown): Problem {
    if (reason instanceof ProblemError) return reason.problem;
    throw reason;
}

export function isAbort(reason: unknown): boolean {
    return reason instanceof DOMException && reason.name === 'AbortError';
}

export interface Ask {
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    path: string;
    body?: object | undefined;
    file?: File; // in the place of a body
    accept?: string;
    abort?: AbortSignal | undefined;
}

async function refusal(response: Response): Promise<ProblemError> {
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
    const problem = isProblem ? ((await response.json()) as Problem) : unreadable(response.status);
    if (problem.code === 'sign-in-needed') sessionEnded();
    return new ProblemError(problem);
}

// Sends, and answers only with a response of the 2xx kind.
export async function send(ask: Ask): Promise<Response> {
    const headers: Record<string, string> = { accept: ask.accept ?? 'application/json' };
    if (ask.body) headers['content-type'] = 'application/json';
    if (ask.file) headers['content-type'] = ask.file.type || 'application/octet-stream';
    let response: Response;
    try {
        response = await fetch(base + ask.path, {
            method: ask.method,
            headers,
            body: ask.file ?? (ask.body ? JSON.stringify(ask.body) : null),
            signal: ask.abort ?? null,
            credentials: 'same-origin',
        });
    } catch (reason) {
        if (isAbort(reason)) throw reason;
        reachable.value = false;
        throw new ProblemError(unreachable);
    }
    reachable.value = true;
    if (!response.ok) throw await refusal(response);
    return response;
}

async function json<T>(ask: Ask): Promise<T> {
    const response = await send(ask);
    return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

export const get = <T>(path: string, abort?: AbortSignal): Promise<T> => json<T>({ method: 'GET', path, abort });
export const post = <T>(path: string, body: object): Promise<T> => json<T>({ method: 'POST', path, body });
export const upload = <T>(path: string, file: File): Promise<T> => json<T>({ method: 'POST', path, file });
export const put = <T>(path: string, body: object): Promise<T> => json<T>({ method: 'PUT', path, body });
export const patch = <T>(path: string, body: object): Promise<T> => json<T>({ method: 'PATCH', path, body });
export const remove = (path: string): Promise<void> => json<void>({ method: 'DELETE', path });
