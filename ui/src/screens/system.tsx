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

function Parts({ checks }: { checks: Ready['checks'] }) {
    return (
        <section aria-labelledby="parts-title">
            <h2 id="parts-title">Can it serve</h2>
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
        </section>
    );
}

const processNames: Record<string, string> = { front: 'Serves people, holds no key', egress: 'Calls Zendesk, holds the key' };

/* What holds each process of the server, should somebody take it over. */
function Processes({ processes }: { processes: System['processes'] }) {
    if (processes.length === 0) return null;
    return (
        <section aria-labelledby="processes-title">
            <h2 id="processes-title">Processes</h2>
            <dl class="facts">
                {processes.map(({ name, system_calls, files, network }) => {
                    const free = [!system_calls && 'system calls', !files && 'files', !network && 'network'].filter(Boolean).join(', ');
                    return (
                        <>
                            <dt>{processNames[name] ?? name}</dt>
                            <dd>
                                <Badge icon={free ? 'alert' : 'checkCircle'} word={free ? 'Partly confined' : 'Confined'} tone={free ? 'warn' : 'ok'} />
                                {free ? ` Not held: ${free}. Linux 6.7 or newer holds all; in a container its profile has to let seccomp and Landlock through.` : ''}
                            </dd>
                        </>
                    );
                })}
            </dl>
        </section>
    );
}

function Backups({ backups, mayMake, onMade }: { backups: Backup[]; mayMake: boolean; onMade: () => void }) {
    const [busy, setBusy] = useState(false);
    const [made, setMade] = useState('');
    const [problem, setProblem] = useState<Problem | null>(null);
    async function make() {
        setBusy(true);
        try {
            setMade((await post<Backup>('/backups', {})).name);
            setProblem(null);
            onMade();
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
            {backups.length === 0 ? (
                <p>No backup was made here yet.</p>
            ) : (
                <ul class="lines">
                    {backups.map((backup) => (
                        <li key={backup.name} class="line">
                            <code>{backup.name}</code>
                            <span class="muted">
                                {size(backup.bytes)}, <Ago time={backup.made_at} />
                            </span>
                        </li>
                    ))}
                </ul>
            )}
        </section>
    );
}

// All of it or nothing, so that nothing moves when the next part comes.
async function load(abort: AbortSignal) {
    const ready = async () => (await (await fetch('/readyz?verbose', { signal: abort })).json()) as Ready;
    const [system, { checks }, { items }] = await Promise.all([get<System>('/system', abort), ready(), get<List<Backup>>('/backups', abort)]);
    return { system, checks, backups: items };
}

export function SystemScreen() {
    const loaded = useLoad('system', load);
    return (
        <Page title="System" heading="Settings">
            <SettingsTabs />
            <Loading loaded={loaded} lines={3}>
                {({ system, checks, backups }) => (
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
                        <Parts checks={checks} />
                        <Processes processes={system.processes} />
                        <Backups backups={backups} mayMake={session.value?.member.role === 'owner'} onMade={loaded.reload} />
                    </>
                )}
            </Loading>
        </Page>
    );
}
