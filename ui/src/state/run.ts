// One run: a message of the visitor and all that happened until the next one, as steps in time.
import type { Action, Call, Message, ModelRun } from '../api/types';
import { duration } from '../format';

export interface Run {
    turn: string;
    message: Message;
    models: ModelRun[];
    calls: Call[];
    beganAt: number;
    firstMs: number | null; // until the first words, or the first of a model's
    totalMs: number | null; // until the last words
}

export interface Step {
    id: string;
    kind: 'model' | 'call' | 'pause';
    name: string;
    at: number; // ms from the beginning, pauses left out
    ms: number;
}

const pauseMs = 2000; // somebody was waited for

export function runOf(messages: Message[], actions: Action[], models: ModelRun[], chosen: string | null): Run | null {
    const asked = messages.filter(({ author }) => author === 'visitor');
    const message = asked.find(({ turn }) => turn === chosen) ?? asked.at(-1);
    if (!message) return null;
    const next = asked[asked.indexOf(message) + 1];
    const isWithin = (time: string) => time >= message.created_at && (!next || time < next.created_at);
    const beganAt = Date.parse(message.created_at);
    const answers = messages.filter(({ author, created_at }) => author === 'agent' && isWithin(created_at));
    const after = (time: string | undefined) => (time === undefined ? null : Date.parse(time) - beganAt);
    const mine = models.filter(({ created_at }) => isWithin(created_at));
    const [firstModel] = mine;
    return {
        turn: message.turn,
        message,
        models: mine,
        calls: actions.flatMap(({ calls }) => calls).filter(({ created_at }) => isWithin(created_at)),
        beganAt,
        firstMs: firstModel?.first_ms ?? after(answers[0]?.created_at),
        totalMs: after(answers.at(-1)?.created_at),
    };
}

// A call is written down when it is over, a model's when it begins.
export function stepsOf({ models, calls, beganAt }: Run): { steps: Step[]; total: number } {
    const spans = [
        ...models.map((one) => ({ id: one.id, kind: 'model' as const, name: one.model ?? 'Built-in engine', from: Date.parse(one.created_at), ms: one.ms ?? 0 })),
        ...calls.map((one) => ({ id: one.id, kind: 'call' as const, name: `${one.method} ${one.path.split('?')[0] ?? ''}`, from: Date.parse(one.created_at) - one.ms, ms: one.ms })),
    ].sort((a, b) => a.from - b.from);
    const steps: Step[] = [];
    let leftOut = 0;
    let end = beganAt;
    for (const { from, ...span } of spans) {
        const gap = from - end;
        if (gap > pauseMs) {
            leftOut += gap;
            steps.push({ id: `${span.id} pause`, kind: 'pause', name: `${duration(gap)} until it went on`, at: 0, ms: 0 });
        }
        steps.push({ ...span, at: Math.max(0, from - beganAt - leftOut) });
        end = Math.max(end, from + span.ms);
    }
    return { steps, total: Math.max(1, end - beganAt - leftOut) };
}
