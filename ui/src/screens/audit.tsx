// Who changed what, newest first, and whether the log is whole.
import { useState } from 'preact/hooks';
import { asProblem, get } from '../api/client';
import type { AuditCheck, AuditEntry, Json, List, Member, Problem } from '../api/types';
import { Empty, Skeleton } from '../components/empty';
import { PagesEnd } from '../components/pages_end';
import { Page } from '../components/page';
import { ProblemCard } from '../components/problem';
import { SettingsTabs } from '../components/settings_frame';
import { Ago } from '../components/time';
import { accountName, plain } from '../format';
import { navigate, place } from '../router';
import { agents } from '../state/agents';
import { useLoad } from '../state/load';
import { usePages } from '../state/pages';

const acts = [
    'agent.create', 'agent.update',
    'agent.draft',
    'agent.discard',
    'agent.publish',
    'agent.restore', 'agent.delete',
    'integration.connect', 'integration.credentials', 'integration.update', 'integration.disconnect',
    'member.invite', 'member.role', 'member.remove', 'member.update', 'member.reset_password', 'member.sign_out',
    'key.create', 'key.revoke', 'session.start', 'session.end', 'session.revoke', 'conversation.erase', 'backup.create',
];

const isObject = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null && !Array.isArray(value);

// What is different, as "name: old to new".
function Difference({ before, after }: { before: Json; after: Json }) {
    const old = isObject(before) ? before : {};
    const now = isObject(after) ? after : {};
    const changed = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => plain(old[name] ?? null) !== plain(now[name] ?? null));
    if (changed.length === 0) return null;
    return (
        <details class="evidence">
            <summary>What changed</summary>
            <dl class="facts">
                {changed.map((name) => (
                    <>
                        <dt>{name}</dt>
                        <dd dir="auto">{before === null ? plain(now[name] ?? null) : `${plain(old[name] ?? null)} → ${plain(now[name] ?? null)}`}</dd>
                    </>
                ))}
            </dl>
        </details>
    );
}

function Entry({ entry, who, what }: { entry: AuditEntry; who: string; what: string | undefined }) {
    return (
        <tr>
            <td data-label="When" class="muted">
                <Ago time={entry.at} />
            </td>
            <td data-label="Who" dir="auto">
                {who}
            </td>
            <th scope="row">
                {entry.act}
                <Difference before={entry.before} after={entry.after} />
            </th>
            <td data-label="What" class={what ? undefined : 'mono'} dir="auto" title={entry.object ?? undefined}>
                {what ?? entry.object ?? ''}
            </td>
        </tr>
    );
}

function Verify() {
    const [check, setCheck] = useState<AuditCheck | null>(null);
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    async function verify() {
        setBusy(true);
        try {
            setCheck(await get<AuditCheck>('/audit/verification'));
            setProblem(null);
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        setBusy(false);
    }
    return (
        <div class="button-row">
            <button type="button" class="button" disabled={busy} onClick={() => void verify()}>
                Verify log
            </button>
            <span role="status">
                {check?.is_whole && `All ${check.entries} entries are as they were written.`}
                {check && !check.is_whole && `Entry ${check.broken_at ?? 0} is not what was written, or is missing.`}
            </span>
            {problem && <ProblemCard problem={problem} live />}
        </div>
    );
}

export function AuditScreen() {
    const act = place.value.query.get('act') ?? '';
    const pages = usePages<AuditEntry>(`/audit?limit=50${act ? `&act=${encodeURIComponent(act)}` : ''}`);
    const members = useLoad('members', (abort) => get<List<Member>>('/members', abort));
    const items = agents.value && (members.value ?? members.problem) ? pages.items : null; // with names or not at all: nothing moves when they come
    const names = new Map(members.value?.items.map(({ id, name, email }) => [id, name || email]));
    for (const { id, name, integrations } of agents.value ?? []) {
        names.set(id, name);
        for (const integration of integrations) names.set(integration.id, accountName(integration));
    }
    const who = (actor: string) => (actor === 'local' ? 'command line' : names.get(actor) || actor);
    return (
        <Page title="Audit log" heading="Settings" wide>
            <SettingsTabs />
            <div class="filters">
                <label for="act">Show</label>
                <select id="act" value={act} onChange={(event) => navigate(`/settings/audit${event.currentTarget.value ? `?act=${event.currentTarget.value}` : ''}`, true)}>
                    <option value="">everything</option>
                    {acts.map((one) => (
                        <option key={one} value={one}>
                            {one}
                        </option>
                    ))}
                </select>
                <Verify />
            </div>
            {pages.problem && <ProblemCard problem={pages.problem} />}
            {!items && !pages.problem && <Skeleton lines={5} />}
            {items?.length === 0 && (
                <Empty title="Nothing here" step={null}>
                    {act ? `There is no entry of ${act}.` : 'Changes of settings are written here as they are made.'}
                </Empty>
            )}
            {items && items.length > 0 && (
                <table class="table table-cards">
                    <thead>
                        <tr>
                            <th scope="col">When</th>
                            <th scope="col">Who</th>
                            <th scope="col">Did</th>
                            <th scope="col">What</th>
                        </tr>
                    </thead>
                    <tbody>
                        {items.map((entry) => (
                            <Entry key={entry.seq} entry={entry} who={who(entry.actor)} what={entry.object ? names.get(entry.object) : undefined} />
                        ))}
                    </tbody>
                </table>
            )}
            <PagesEnd pages={pages} />
        </Page>
    );
}
