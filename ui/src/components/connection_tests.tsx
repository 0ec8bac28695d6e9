// Test connection, live, and the last tests.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, get, isAbort } from '../api/client';
import { runChecked } from '../api/stream';
import type { Check, ConnectionTest, List, Problem } from '../api/types';
import { place } from '../router';
import { useLoad } from '../state/load';
import { Checklist } from './checklist';
import { Copy } from './copy';
import { ProblemCard, type Acts } from './problem';
import { CheckBadge } from './status';
import { Ago } from './time';

const said: Record<ConnectionTest['result'], string> = {
    passed: 'The connection test passed.',
    warning: 'The connection test passed with a warning.',
    failed: 'The connection test failed. The fix stands under the step.',
};

// `linked`: the test the address names (?test=), shown open.
function History({ integration, tests, acts, linked }: { integration: string; tests: ConnectionTest[]; acts: Acts; linked: string | null }) {
    const linkedRef = useRef<HTMLDetailsElement>(null);
    useEffect(() => linkedRef.current?.scrollIntoView({ block: 'nearest' }), []);
    return (
        <details class="fold" open={linked !== null}>
            <summary>Last tests</summary>
            <ul class="lines">
                {tests.map((test) => (
                    <li key={test.id}>
                        <details class="call" data-test={test.id} open={test.id === linked} ref={test.id === linked ? linkedRef : null}>
                            <summary>
                                <CheckBadge status={test.result} />
                                <span class="call-facts">
                                    <Ago time={test.created_at} />
                                </span>
                            </summary>
                            <Checklist checks={test.checks} running={false} acts={acts} />
                            <p class="call-id">
                                <a href={`/integrations/${integration}?test=${test.id}`}>Link to this test</a>{' '}
                                <Copy text={`${location.origin}/integrations/${integration}?test=${test.id}`} what="the link to this test" />
                            </p>
                        </details>
                    </li>
                ))}
            </ul>
        </details>
    );
}

export function ConnectionTests({ integration, acts, onTested }: { integration: string; acts: Acts; onTested: () => void }) {
    const path = `/integrations/${integration}/tests`;
    const history = useLoad(path, (abort) => get<List<ConnectionTest>>(path, abort));
    const [checks, setChecks] = useState<Check[]>([]);
    const [busy, setBusy] = useState(false);
    const [words, setWords] = useState('');
    const [problem, setProblem] = useState<Problem | null>(null);
    const leaving = useRef(new AbortController());
    useEffect(() => () => leaving.current.abort(), []);

    async function run() {
        setBusy(true);
        setChecks([]);
        setProblem(null);
        setWords('Testing the connection');
        try {
            const test = await runChecked<ConnectionTest>(path, {}, (check) => setChecks((old) => [...old, check]), leaving.current.signal);
            setChecks(test.checks);
            setWords(said[test.result]);
            onTested();
            history.reload();
        } catch (reason) {
            if (isAbort(reason)) return;
            setProblem(asProblem(reason));
            setWords('');
        }
        setBusy(false);
    }

    const past = history.value?.items ?? [];
    const named = place.value.query.get('test');
    const linked = past.some(({ id }) => id === named) ? named : null;
    return (
        <section aria-labelledby="tests-title">
            <div class="section-head">
                <h2 id="tests-title">Connection</h2>
                <button type="button" class="button" disabled={busy} onClick={() => void run()}>
                    Test connection
                </button>
            </div>
            <p role="status" class={words === '' ? 'unseen' : 'test-words muted'}>
                {words}
            </p>
            {problem && <ProblemCard problem={problem} live />}
            {named !== null && history.value && linked === null && <p class="muted">The test in this address is no longer kept; the last 20 are.</p>}
            {(busy || checks.length > 0) && <Checklist checks={checks} running={busy} acts={acts} />}
            {past.length > 0 && <History integration={integration} tests={past} acts={acts} linked={linked} />}
        </section>
    );
}
