// A real call to a model provider, and what came of it as a checklist.
import { useEffect, useState } from 'preact/hooks';
import { asProblem, post } from '../api/client';
import type { Check, Problem, Provider, ProviderTest } from '../api/types';
import { duration } from '../format';
import { Checklist } from './checklist';
import { ProblemCard } from './problem';

const planned = [
    ['call', 'Called, and signed in'],
    ['text', 'First words'],
    ['tool', 'Called the tool it was given'],
    ['usage', 'Tokens told'],
] as const;

// The problem stands under the first step that it speaks of; what comes after was not run.
function checksOf(test: ProviderTest): Check[] {
    const { problem, first_ms, called_tool, usage, ms, cost_usd } = test;
    const cost = cost_usd ? `, $${cost_usd.toFixed(6)}` : '';
    const told = usage && test.result !== 'failed' ? `${usage.input_tokens} in, ${usage.output_tokens} out${cost}` : undefined;
    const isDown = test.result === 'failed';
    const rows = [
        { ok: !isDown, ms },
        { ok: !isDown, ms: first_ms },
        { ok: called_tool, ms: null },
        { ok: !!usage && usage.input_tokens + usage.output_tokens > 0, ms: null, note: told },
    ];
    const failing = isDown ? 0 : problem ? 2 : -1;
    return rows.map(({ ok, ms: took, note }, index) => ({
        step: planned[index]?.[0] ?? '',
        title: planned[index]?.[1] ?? '',
        status: index === failing ? (isDown ? 'failed' : 'warning') : isDown || !ok ? 'not_run' : 'passed',
        ms: took,
        ...(note ? { note } : {}),
        problem: index === failing ? problem : null,
    }));
}

const said: Record<ProviderTest['result'], string> = {
    passed: 'The provider works.',
    warning: 'The provider answers, with a warning.',
    failed: 'The provider does not work yet. The fix stands under the step.',
};

interface ProviderTestsProps {
    provider: Provider;
    atOnce: boolean; // it was just added
    onTested: () => void;
}

export function ProviderTests({ provider, atOnce, onTested }: ProviderTestsProps) {
    const [busy, setBusy] = useState(false);
    const [test, setTest] = useState<ProviderTest | null>(null);
    const [problem, setProblem] = useState<Problem | null>(null);

    async function run() {
        setBusy(true);
        setTest(null);
        setProblem(null);
        try {
            setTest(await post<ProviderTest>(`/providers/${provider.id}/tests`, {}));
            onTested();
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        setBusy(false);
    }
    useEffect(() => {
        if (atOnce) void run();
    }, []);
    return (
        <section aria-labelledby="test-title">
            <div class="section-head">
                <h2 id="test-title">Test</h2>
                <button type="button" class="button" disabled={busy} onClick={() => void run()}>
                    Test provider
                </button>
            </div>
            <p role="status" class="test-words muted">
                {busy ? `Calling ${provider.model}` : test ? `${said[test.result]} It took ${duration(test.ms)}.` : 'One real call with a tool. It costs about as much as a short message.'}
            </p>
            {problem && <ProblemCard problem={problem} live />}
            {!test && !busy && provider.problem && <ProblemCard problem={provider.problem} tone={provider.status === 'failing' ? 'bad' : 'warn'} />}
            {test && <Checklist checks={checksOf(test)} running={false} label="Provider test" />}
        </section>
    );
}
