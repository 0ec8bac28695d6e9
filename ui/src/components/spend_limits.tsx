// What language models may cost: a conversation, a day, a month. Beyond it the built-in engine answers.
import { useState } from 'preact/hooks';
import { asProblem, patch } from '../api/client';
import type { Problem, Spend, SpendLimits } from '../api/types';
import { Field } from './field';
import { ProblemCard } from './problem';

const spans = [
    ['conversation', 'A conversation'],
    ['day', 'A day'],
    ['month', 'A month'],
] as const;

type Typed = Record<string, string>; // "day.tokens"

const shown = (number: number): string => (number === 0 ? '' : String(number));

function typedOf(limits: SpendLimits): Typed {
    return Object.fromEntries(spans.flatMap(([span]) => [[`${span}.tokens`, shown(limits[span].tokens)], [`${span}.cost_usd`, shown(limits[span].cost_usd)]]));
}

function limitsOf(typed: Typed): SpendLimits {
    const of = (span: string): Spend => ({ tokens: Math.trunc(Number(typed[`${span}.tokens`])), cost_usd: Number(typed[`${span}.cost_usd`]) });
    return { conversation: of('conversation'), day: of('day'), month: of('month') };
}

function LimitsForm({ limits }: { limits: SpendLimits }) {
    const [typed, setTyped] = useState<Typed>(() => typedOf(limits));
    const [busy, setBusy] = useState(false);
    const [said, setSaid] = useState('');
    const [problem, setProblem] = useState<Problem | null>(null);

    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            setTyped(typedOf(await patch<SpendLimits>('/models/caps', limitsOf(typed))));
            setProblem(null);
            setSaid('Limits saved.');
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        setBusy(false);
    }
    const field = (name: string, label: string) => (
        <Field
            name={name}
            label={label}
            value={typed[name] ?? ''}
            number
            onValue={(value) => {
                setTyped({ ...typed, [name]: value });
                setSaid('');
            }}
        />
    );
    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            {spans.map(([span, words]) => (
                <div key={span} class="pair">
                    {field(`${span}.cost_usd`, `${words}, dollars`)}
                    {field(`${span}.tokens`, `${words}, tokens`)}
                </div>
            ))}
            {problem && <ProblemCard problem={problem} live />}
            <div class="form-buttons">
                <button class="button" disabled={busy}>
                    Save limits
                </button>
                <span role="status" class="saved">
                    {said}
                </span>
            </div>
        </form>
    );
}

export function SpendLimitsSection({ limits }: { limits: SpendLimits }) {
    return (
        <section aria-labelledby="limits-title">
            <h2 id="limits-title">Spend limits</h2>
            <p class="muted">Empty: none. Beyond a limit the built-in engine answers, and the webhook is told. Dollars are reckoned with the providers' prices.</p>
            <LimitsForm limits={limits} />
        </section>
    );
}
