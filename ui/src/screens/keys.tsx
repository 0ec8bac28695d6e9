// API keys: made, shown once, revoked.
import { useState } from 'preact/hooks';
import { asProblem, get, post, remove } from '../api/client';
import type { ApiKey, ApiKeyMade, List, Problem } from '../api/types';
import { Loading } from '../components/agent_frame';
import { Dialog } from '../components/dialog';
import { Empty } from '../components/empty';
import { Field, faultOf } from '../components/field';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { ProblemCard } from '../components/problem';
import { RoleChoice, SettingsTabs, type Role } from '../components/settings_frame';
import { ScopeChoice, type Scope } from '../components/scope_choice';
import { ShownOnce } from '../components/shown_once';
import { Ago } from '../components/time';
import { withZone } from '../format';
import { useLoad } from '../state/load';
import { session } from '../state/session';

function NewKeyDialog({ own, onClose, onMade }: { own: string; onClose: () => void; onMade: () => void }) {
    const [name, setName] = useState('');
    const [role, setRole] = useState<Role>('editor');
    const [chosen, setChosen] = useState<Scope[]>(['read', 'chat']);
    const [days, setDays] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [made, setMade] = useState<ApiKeyMade | null>(null);

    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            setMade(await post<ApiKeyMade>('/keys', { name, role, scopes: chosen, ...(days === '' ? {} : { days: Number(days) }) }));
            onMade();
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }

    if (made) {
        return (
            <Dialog title={`The key ${made.name}`} onClose={onClose}>
                <ShownOnce what="the key" text={made.key} note="Copy it now: it is not shown again. Send it as Authorization: Bearer." />
                <div class="form-buttons">
                    <button type="button" class="button button-main" onClick={onClose}>
                        Close
                    </button>
                </div>
            </Dialog>
        );
    }
    return (
        <Dialog title="New API key" onClose={onClose}>
            <form class="form" onSubmit={(event) => void submit(event)}>
                {problem && problem.field !== 'name' && <ProblemCard problem={problem} live />}
                <Field name="name" label="Name" hint="What it is for, such as the program that uses it." value={name} onValue={setName} fault={faultOf(problem, 'name')} required maxLength={120} autofocus />
                <RoleChoice id="role" label="Role" role={role} own={own} onRole={setRole} />
                <ScopeChoice chosen={chosen} onChosen={setChosen} />
                <div class="field">
                    <label for="days">Ends</label>
                    <select id="days" value={days} onChange={(event) => setDays(event.currentTarget.value)}>
                        <option value="">never</option>
                        <option value="30">in 30 days</option>
                        <option value="90">in 90 days</option>
                        <option value="365">in a year</option>
                    </select>
                </div>
                <div class="form-buttons">
                    <button class="button button-main" disabled={busy || chosen.length === 0}>
                        Create key
                    </button>
                    <button type="button" class="button" onClick={onClose}>
                        Cancel
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

function RevokeDialog({ apiKey, onClose, onDone }: { apiKey: ApiKey; onClose: () => void; onDone: () => void }) {
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    async function revoke() {
        setBusy(true);
        try {
            await remove(`/keys/${apiKey.id}`);
            onDone();
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }
    return (
        <Dialog title={`Revoke ${apiKey.name}`} onClose={onClose}>
            <p>Programs that use it are refused from now on. This cannot be undone; a new key can be made.</p>
            {problem && <ProblemCard problem={problem} live />}
            <div class="form-buttons">
                <button type="button" class="button button-danger" disabled={busy} onClick={() => void revoke()}>
                    Revoke key
                </button>
                <button type="button" class="button" onClick={onClose}>
                    Keep key
                </button>
            </div>
        </Dialog>
    );
}

function KeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
    return (
        <tr>
            <th scope="row" dir="auto">
                {apiKey.name}
            </th>
            <td data-label="Role">{apiKey.role}</td>
            <td data-label="For">{apiKey.scopes.join(', ')}</td>
            <td data-label="Ends in" class="mono">
                {apiKey.last4}
            </td>
            <td data-label="Last used" class="muted">
                {apiKey.last_used_at ? <Ago time={apiKey.last_used_at} /> : 'never'}
                {apiKey.expires_at && <span class="block">ends {withZone(apiKey.expires_at)}</span>}
            </td>
            <td class="row-end">
                {apiKey.revoked_at ? (
                    <span class="muted">
                        revoked <Ago time={apiKey.revoked_at} />
                    </span>
                ) : (
                    <button type="button" class="button button-small" aria-label={`Revoke ${apiKey.name}`} onClick={onRevoke}>
                        Revoke
                    </button>
                )}
            </td>
        </tr>
    );
}

function KeyTable({ items, onRevoke }: { items: ApiKey[]; onRevoke: (apiKey: ApiKey) => void }) {
    return (
        <table class="table table-cards">
            <thead>
                <tr>
                    <th scope="col">Key</th>
                    <th scope="col">Role</th>
                    <th scope="col">For</th>
                    <th scope="col">Ends in</th>
                    <th scope="col">Last used</th>
                    <th scope="col">
                        <span class="unseen">Revoke it</span>
                    </th>
                </tr>
            </thead>
            <tbody>
                {items.map((apiKey) => (
                    <KeyRow key={apiKey.id} apiKey={apiKey} onRevoke={() => onRevoke(apiKey)} />
                ))}
            </tbody>
        </table>
    );
}

export function KeysScreen() {
    const loaded = useLoad('keys', (abort) => get<List<ApiKey>>('/keys', abort));
    const [making, setMaking] = useState(false);
    const [revoking, setRevoking] = useState<ApiKey | null>(null);
    const own = session.value?.member.role ?? 'viewer';
    const button = (
        <button type="button" class="button button-main" onClick={() => setMaking(true)}>
            <Icon name="plus" />
            New key
        </button>
    );
    const done = () => {
        setRevoking(null);
        loaded.reload();
    };
    return (
        <Page title="API keys" heading="Settings" button={button}>
            <SettingsTabs />
            <Loading loaded={loaded}>
                {({ items }) =>
                    items.length === 0 ? (
                        <Empty title="No API keys yet" step={button}>
                            A key lets a program of yours use everything that stands in this console. The API is described at <a href="/openapi.json">/openapi.json</a>.
                        </Empty>
                    ) : (
                        <KeyTable items={items} onRevoke={setRevoking} />
                    )
                }
            </Loading>
            {making && <NewKeyDialog own={own} onClose={() => setMaking(false)} onMade={loaded.reload} />}
            {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} onDone={done} />}
        </Page>
    );
}
