// One conversation as it is followed live. The event stream is opened first and the whole conversation read after that, so nothing can fall between the two; what
// arrives twice is put in its place once. After a broken stream the same is done again. The answers of our own calls are merged the same way, so it does not
// matter which of them comes first.
import { computed, signal } from '@preact/signals';
import { asProblem, get, isAbort, post, remove, upload } from '../api/client';
import { openStream, type ServerEvent } from '../api/stream';
import type { Action, Attached, Awaiting, Conversation, ConversationSummary, Message, Problem, TurnAnswer } from '../api/types';

export type Entry = { kind: 'message'; message: Message } | { kind: 'action'; action: Action };

const reconnectMs = [500, 1000, 2000, 5000];

function put<T extends { id: string }>(list: T[], item: T): T[] {
    const index = list.findIndex((other) => other.id === item.id);
    return index < 0 ? [...list, item] : list.with(index, item);
}

// How many messages stand before an action: those up to its last news, and the sentence of the agent that tells them.
function messagesBefore(action: Action, messages: Message[]): number {
    const later = messages.findIndex(({ created_at }) => created_at > action.updated_at);
    const at = later < 0 ? messages.length : later;
    const last = messages[at - 1];
    const isTold = last?.author === 'agent' && last.created_at === action.updated_at;
    return !isTold && messages[at]?.author === 'agent' ? at + 1 : at;
}

// In the order of what happened. An action moves down with its news, so that the thread reads from top to bottom.
function inOrder(messages: Message[], actions: Action[]): Entry[] {
    const entries: Entry[] = [];
    const placed = actions.map((action) => ({ action, before: messagesBefore(action, messages) }));
    for (let index = 0; index <= messages.length; index++) {
        for (const { action, before } of placed) if (before === index) entries.push({ kind: 'action', action });
        const message = messages[index];
        if (message) entries.push({ kind: 'message', message });
    }
    return entries;
}

// An action has the file, unless it has come to nothing or is only proposed.
function isTaken({ token }: Attached, actions: Action[]): boolean {
    return actions.some(({ status, arguments: { uploads } }) => {
        const has = Array.isArray(uploads) && uploads.includes(token);
        return has && !['proposed', 'rejected', 'cancelled'].includes(status);
    });
}

const pause = (ms: number, abort: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        abort.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });

export class Thread {
    readonly path: string;
    readonly summary = signal<ConversationSummary | null>(null);
    readonly messages = signal<Message[]>([]);
    readonly actions = signal<Action[]>([]);
    readonly awaiting = signal<Awaiting>(null);
    readonly sending = signal<string | null>(null); // the text on its way
    readonly partial = signal(''); // what the agent has said of an answer that is still being made
    readonly asking = signal(false); // a message of ours waits for its answer
    readonly busy = signal(false);                  // a call of ours is out
    readonly problem = signal<Problem | null>(null);  // of the conversation as a whole
    readonly refused = signal<Problem | null>(null);  // of what was just tried

    readonly files = signal<Attached[]>([]);

    readonly waiting = computed(() => this.files.value.filter((file) => !isTaken(file, this.actions.value)));
    readonly entries = computed(() => inOrder(this.messages.value, this.actions.value));

    constructor(readonly id: string) {
        this.path = `/conversations/${encodeURIComponent(id)}`;
    }

    // Runs until it is aborted, or until the conversation turns out not to be there.
    async follow(abort: AbortSignal): Promise<void> {
        for (let tries = 0; !abort.aborted; tries++) {
            try {
                const events = await openStream({ method: 'GET', path: `${this.path}/events`, abort });
                await this.load(abort);
                tries = 0;
                for await (const event of events) this.take(event);
            } catch (reason) {
                if (isAbort(reason)) return;
                if (!(reason instanceof TypeError) && this.gaveUp(asProblem(reason))) return;
            }
            await pause(reconnectMs[Math.min(tries, reconnectMs.length - 1)] ?? 0, abort);
        }
    }

    private gaveUp(problem: Problem): boolean {
        const final = problem.status >= 400 && problem.status < 500;
        if (final && problem.code !== 'sign-in-needed') this.problem.value = problem;
        return final;
    }

    private async load(abort?: AbortSignal): Promise<void> {
        const conversation = await get<Conversation>(this.path, abort);
        this.summary.value = conversation;
        this.messages.value = conversation.messages;
        this.actions.value = conversation.actions;
        this.files.value = conversation.files;
        this.awaiting.value = conversation.awaiting;
        this.problem.value = null;
    }

    private take({ event, data }: ServerEvent): void {
        if (event === 'message.completed') this.putMessage(JSON.parse(data) as Message);
        else if (event === 'message.delta') this.putDelta(JSON.parse(data) as { at: number; text: string });
        else if (event === 'turn.completed') this.endTurn((JSON.parse(data) as { awaiting: Awaiting }).awaiting);
        else if (event.startsWith('action.')) this.putAction(JSON.parse(data) as Action);
    }

    // Each piece follows the one before; the first stands at 0.
    private putDelta({ at, text }: { at: number; text: string }): void {
        this.partial.value = at === 0 ? text : this.partial.value + text;
    }

    private endTurn(awaiting: Awaiting): void {
        this.awaiting.value = awaiting;
        this.partial.value = '';
    }

    private putMessage(message: Message): void {
        if (message.author === 'agent') this.partial.value = '';
        if (message.author === 'visitor' && message.text === this.sending.value) this.sending.value = null;
        this.messages.value = put(this.messages.value, message).sort((a, b) => a.seq - b.seq);
    }

    // Events and answers may cross; the younger one stays.
    private putAction(action: Action): void {
        const known = this.actions.value.find(({ id }) => id === action.id);
        if (known && known.updated_at > action.updated_at) return;
        this.actions.value = put(this.actions.value, action);
    }

    private takeAnswer(answer: TurnAnswer): void {
        answer.actions.forEach((action) => this.putAction(action));
        answer.replies.forEach((message) => this.putMessage(message));
        this.endTurn(answer.awaiting);
    }

    private async act(call: () => Promise<void>): Promise<boolean> {
        this.busy.value = true;
        this.refused.value = null;
        try {
            await call();
            return true;
        } catch (reason) {
            this.refused.value = asProblem(reason);
            return false;
        } finally {
            this.busy.value = false;
        }
    }

    // False when the server did not take it: the text is the caller's again.
    async send(text: string): Promise<boolean> {
        this.asking.value = true;
        this.sending.value = text;
        const taken = await this.turn('messages', { text, client_id: crypto.randomUUID() });
        if (taken && this.sending.value !== null) await this.load();
        this.sending.value = null;
        this.asking.value = false;
        return taken;
    }

    private turn(path: string, body: object): Promise<boolean> {
        return this.act(async () => this.takeAnswer(await post<TurnAnswer>(`${this.path}/${path}`, body)));
    }

    // False when it was not taken: the file is the caller's again.
    attach(file: File): Promise<boolean> {
        return this.act(async () => {
            const answer = await upload<{ upload: Attached }>(`${this.path}/uploads?filename=${encodeURIComponent(file.name)}`, file);
            this.files.value = put(this.files.value, answer.upload);
        });
    }

    detach({ id }: Attached): Promise<boolean> {
        return this.act(async () => {
            await remove(`${this.path}/uploads/${id}`);
            this.files.value = this.files.value.filter((file) => file.id !== id);
        });
    }

    // Withdrawn in the moment in which another of its kind was shown: a correction.
    isReplaced({ id, name, status, updated_at }: Action): boolean {
        return status === 'cancelled' && this.actions.value.some((other) => other.id !== id && other.name === name && other.created_at === updated_at);
    }

    confirm({ id, hash }: Action): Promise<boolean> {
        return this.turn(`actions/${id}/confirm`, { hash });
    }

    cancel({ id }: Action): Promise<boolean> {
        return this.turn(`actions/${id}/cancel`, {});
    }

    // The call that waits for the answer comes back by itself, with what was shown of it.
    async stop(): Promise<void> {
        try {
            this.takeAnswer(await post<TurnAnswer>(`${this.path}/stop`, {}));
        } catch (reason) {
            this.refused.value = asProblem(reason);
        }
    }

    // Hands the conversation back to the agent.
    resume(): Promise<boolean> {
        return this.turn('resume', {});
    }
}
