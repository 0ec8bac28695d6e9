// What one message of the visitor set going, up to the next one: which engine and why, how long each part took, what it cost.
import { get, post } from '../api/client';
import type { Explained, List, ModelRun } from '../api/types';
import { count, duration, label, plain } from '../format';
import { useLoad } from '../state/load';
import { runOf, stepsOf, type Run } from '../state/run';
import type { Thread } from '../state/thread';
import { Copy } from './copy';

const reasons: Record<string, string> = {
    message: 'the visitor wrote',
    results: 'what was read came back to it',
    held: 'a sentence without proof was held back, and asked for again',
    again: 'what it asked for did not fit, and was asked for again',
    fallback: 'the one before failed',
    spent: 'what models may cost is used up',
};

const certainties: Record<string, string> = { sure: 'sure', ask: 'likely', 'fall back': 'a guess' };
const soon = (ms: number): string => (ms < 1 ? 'at once' : duration(ms));

function Waterfall({ run }: { run: Run }) {
    const { steps, total } = stepsOf(run);
    if (steps.length === 0) return null;
    return (
        <ol class="waterfall">
            {steps.map((step) => (
                <li key={step.id} class={`step step-${step.kind}`}>
                    <span class="step-name">{step.name}</span>
                    <span class="step-ms">{step.kind === 'pause' ? '' : duration(step.ms)}</span>
                    {step.kind !== 'pause' && (
                        <svg class="step-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                            <rect x={(step.at / total) * 100} y="0" width={Math.max(1, (step.ms / total) * 100)} height="4" />
                        </svg>
                    )}
                </li>
            ))}
        </ol>
    );
}

// What the built-in engine read of the message, as `chatcrafter nlu explain` shows it.
function Reading({ text }: { text: string }) {
    const loaded = useLoad(text, () => post<Explained>('/explain', { text }));
    const read = loaded.value;
    if (!read) return null;
    const [clause] = read.clauses;
    const values = Object.entries({ ...read.values, ...clause }).filter(([name, value]) => !['text', 'why', 'operation', 'certainty'].includes(name) && value !== '');
    return (
        <details class="fold">
            <summary>What was read of it</summary>
            <dl class="run-facts">
                <dt>Meaning</dt>
                <dd>{label(read.meaning)}</dd>
                {read.guess && (
                    <>
                        <dt>Certainty</dt>
                        <dd>
                            {certainties[read.guess.certainty] ?? read.guess.certainty}
                            {read.guess.rival !== read.guess.best && `; the next guess: ${label(read.guess.rival).toLowerCase()}`}
                        </dd>
                    </>
                )}
                {typeof clause?.['why'] === 'string' && (
                    <>
                        <dt>Because of</dt>
                        <dd>&ldquo;{clause['why']}&rdquo;</dd>
                    </>
                )}
                {(read.acts ?? []).length > 0 && (
                    <>
                        <dt>It says</dt>
                        <dd>{(read.acts ?? []).join(', ')}</dd>
                    </>
                )}
                {values.map(([name, value]) => (
                    <>
                        <dt>{label(name)}</dt>
                        <dd dir="auto">{plain(value)}</dd>
                    </>
                ))}
                <dt>Language</dt>
                <dd>{read.language}</dd>
            </dl>
        </details>
    );
}

function Models({ run }: { run: Run }) {
    return (
        <ol class="run-models">
            {run.models.map((model) => (
                <li key={model.id}>
                    {model.engine === 'builtin' ? 'Built-in engine' : `${model.provider_name ?? ''}, ${model.model ?? ''}`}
                    <span class="block muted">
                        {reasons[model.why] ?? model.why}
                        {model.state === 'failed' && `; it failed: ${model.fault ?? 'no answer'}`}
                    </span>
                </li>
            ))}
        </ol>
    );
}

function Facts({ run }: { run: Run }) {
    const { models, firstMs, totalMs } = run;
    const sum = (of: (one: ModelRun) => number) => models.reduce((all, one) => all + of(one), 0);
    const cost = sum(({ cost_usd }) => cost_usd);
    const isBuiltin = models.every(({ engine }) => engine === 'builtin');
    return (
        <dl class="run-facts">
            <dt>Engine</dt>
            <dd>{isBuiltin ? 'Built-in' : 'Language model'}</dd>
            {firstMs !== null && (
                <>
                    <dt>First text after</dt>
                    <dd>{soon(firstMs)}</dd>
                </>
            )}
            {totalMs !== null && (
                <>
                    <dt>Last words after</dt>
                    <dd>{soon(totalMs)}</dd>
                </>
            )}
            {!isBuiltin && (
                <>
                    <dt>Tokens</dt>
                    <dd>
                        {sum(({ usage }) => usage.input_tokens)} in, {sum(({ usage }) => usage.output_tokens)} out
                    </dd>
                    <dt>Cost</dt>
                    <dd>{cost > 0 ? `$${cost.toFixed(6)}` : 'no price is set'}</dd>
                </>
            )}
            <dt>In Zendesk</dt>
            <dd>{run.calls.length === 0 ? 'nothing' : count(run.calls.length, 'request', 'requests')}</dd>
        </dl>
    );
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function curlOf(conversation: string, text: string): string {
    const address = `${location.origin}/api/v1/conversations/${conversation}/messages`;
    return [`curl -X POST ${address}`, `-H "Authorization: Bearer $CHATCRAFTER_KEY"`, `-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify({ text }))}`].join(' \\\n  ');
}

// `chosen`: the turn that the address names; else the last message is told of.
export function RunPanel({ thread, chosen }: { thread: Thread; chosen: string | null }) {
    const path = `${thread.path}/model_runs?limit=100`;
    const round = thread.messages.value.length + thread.actions.value.length;
    const loaded = useLoad(`${path} ${round}`, (abort) => get<List<ModelRun>>(path, abort));
    const run = runOf(thread.messages.value, thread.actions.value, loaded.value?.items ?? [], chosen);
    if (!run) return null;
    const link = `${location.origin}/chatlab/${thread.id}?turn=${run.turn}`;
    return (
        <section class="run" aria-labelledby="run-title">
            <h2 id="run-title">Run</h2>
            <p class="run-text" dir="auto">
                {run.message.text}
            </p>
            <Facts run={run} />
            <Waterfall run={run} />
            {run.models.length > 0 && <Models run={run} />}
            {run.models.every(({ engine }) => engine === 'builtin') && <Reading text={run.message.text} />}
            <ul class="run-copies">
                <li>
                    <Copy text={curlOf(thread.id, run.message.text)} what="this message as curl" /> As curl
                </li>
                <li>
                    <Copy text={link} what="the link to this run" /> <a href={`/chatlab/${thread.id}?turn=${run.turn}`}>Link to this run</a>
                </li>
                <li>
                    <Copy text={run.turn} what="the turn's id" /> <code>{run.turn}</code>
                </li>
            </ul>
        </section>
    );
}
