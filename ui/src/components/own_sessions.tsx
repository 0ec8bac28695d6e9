// Where one is signed in, and the way to end the others.
import { useState } from 'preact/hooks';
import { asProblem, get, remove } from '../api/client';
import type { List, Problem, SessionRow } from '../api/types';
import { useLoad } from '../state/load';
import { Loading } from './agent_frame';
import { ProblemCard } from './problem';
import { Ago } from './time';

export function OwnSessions() {
    const loaded = useLoad('sessions', (abort) => get<List<SessionRow>>('/sessions', abort));
    const [problem, setProblem] = useState<Problem | null>(null);
    async function end(id: string) {
        try {
            await remove(`/sessions/${id}`);
            setProblem(null);
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        loaded.reload();
    }
    return (
        <section aria-labelledby="sessions-title" class="section">
            <h2 id="sessions-title">Where you are signed in</h2>
            {problem && <ProblemCard problem={problem} live />}
            <Loading loaded={loaded} lines={2}>
                {({ items }) => (
                    <ul class="lines">
                        {items.map((row) => (
                            <li key={row.id} class="line">
                                <span>
                                    {row.is_this ? 'This browser' : 'Another browser'}
                                    <span class="block muted">
                                        Signed in <Ago time={row.created_at} />, last seen <Ago time={row.last_seen_at} />
                                    </span>
                                </span>
                                {!row.is_this && (
                                    <button type="button" class="button button-small" onClick={() => void end(row.id)}>
                                        End session
                                    </button>
                                )}
                            </li>
                        ))}
                    </ul>
                )}
            </Loading>
        </section>
    );
}
