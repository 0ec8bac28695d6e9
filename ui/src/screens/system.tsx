// The server itself: what runs, whether it can serve, and backups.
import { useState } from 'preact/hooks';
import { asProblem, get, post } from '../api/client';
import type { Backup, List, Problem, Ready, System } from '../api/types';
import { Loading } from '../components/agent_frame';
import { Page } from '../components/page';
import { ProblemCard } from '../components/problem';
import { SettingsTabs } from '../components/settings_frame';
import { Badge } from '../components/status';
import { Ago } from '../components/time';
import { size } from '../format';
import { useLoad } from '../state/load';
import { session } from '../state/session';

const partNames: Record<string, string> = { database: 'Database', disk: 'Disk', queue: 'Requests' };

function Parts() {
    const loaded = useLoad('readyz', async (abort) => (await (await fetch('/readyz?verbose', { signal: abort })).json()) as Ready);
    return (
        <section aria-labelledby="parts-title">
            <h2 id="parts-title">Can it serve</h2>
            <Loading loaded={loaded} lines={3}>
                {({ checks }) => (
                    <dl class="facts">
                        {Object.entries(checks ?? {}).map(([name, part]) => (
                            <>
                                <dt>{partNames[name] ?? name}</dt>
                                <dd>
                                    <Badge icon={part.ok ? 'checkCircle' : 'crossCircle'} word={part.ok ? 'OK' : 'Failing'} tone={part.ok ? 'ok' : 'bad'} /> {part.detail}
                                </dd>
                            </>
                        ))}
                    </dl>
                )}
            </Loading>
        </section>
    );
}

function Backups({ mayMake }: { mayMake: boolean }) {
    const loaded = useLoad('backups', (abort) => get<List<Backup>>('/backups', abort));
    const [busy, setBusy] = useState(false);
    const [made, setMade] = useState('');
    const [problem, setProblem] = useState<Problem | null>(null);
    async function make() {
        setBusy(true);
        try {
            setMade((await post<Backup>('/backups', {})).name);
            setProblem(null);
            loaded.reload();
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        setBusy(false);
    }
    return (
        <section aria-labelledby="backups-title">
            <div class="section-head">
                <h2 id="backups-title">Backups</h2>
                {mayMake && (
                    <button type="button" class="button" disabled={busy} onClick={() => void make()}>
                        Back up now
                    </button>
                )}
            </div>
            <p class="muted">
                Copies of the database in the folder <code>backups</code> of the data directory. The master key is not in them: keep a copy of it elsewhere.
            </p>
            <p role="status">{made && `Made ${made}.`}</p>
            {problem && <ProblemCard problem={problem} live />}
            <Loading loaded={loaded} lines={2}>
                {({ items }) =>
                    items.length === 0 ? (
                        <p>No backup was made here yet.</p>
                    ) : (
                        <ul class="lines">
                            {items.map((backup) => (
                                <li key={backup.name} class="line">
                                    <code>{backup.name}</code>
                                    <span class="muted">
                                        {size(backup.bytes)}, <Ago time={backup.made_at} />
                                    </span>
                                </li>
                            ))}
                        </ul>
                    )
                }
            </Loading>
        </section>
    );
}

export function SystemScreen() {
    const loaded = useLoad('system', (abort) => get<System>('/system', abort));
    return (
        <Page title="System" heading="Settings">
            <SettingsTabs />
            <Loading loaded={loaded} lines={3}>
                {(system) => (
                    <>
                        <dl class="facts">
                            <dt>Version</dt>
                            <dd>
                                {system.version} (<a href="/assets/licences.txt">licences</a>)
                            </dd>
                            <dt>Running since</dt>
                            <dd>
                                <Ago time={system.started_at} />
                            </dd>
                            <dt>Database</dt>
                            <dd>{system.database_bytes === null ? 'not a file of this machine' : size(system.database_bytes)}</dd>
                            <dt>For machines</dt>
                            <dd>
                                <a href="/metrics">Metrics</a>, <a href="/openapi.json">API description</a>
                            </dd>
                        </dl>
                        <Parts />
                        <Backups mayMake={session.value?.member.role === 'owner'} />
                    </>
                )}
            </Loading>
        </Page>
    );
}
