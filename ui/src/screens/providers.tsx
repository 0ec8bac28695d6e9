// The language models that agents may be given: the list, a new one, one of them.
import { useState } from 'preact/hooks';
import { asProblem, get, remove } from '../api/client';
import type { List, Problem, Provider, SpendLimits } from '../api/types';
import { Back, Loading } from '../components/agent_frame';
import { Dialog } from '../components/dialog';
import { Empty } from '../components/empty';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { ProblemCard } from '../components/problem';
import { kindTitle, ProviderForm } from '../components/provider_form';
import { ProviderTests } from '../components/provider_test';
import { SpendLimitsSection } from '../components/spend_limits';
import { SettingsTabs } from '../components/settings_frame';
import { ProviderBadge } from '../components/status';
import { Ago } from '../components/time';
import { navigate, place, type Params } from '../router';
import { agents } from '../state/agents';
import { useLoad, type Loaded } from '../state/load';

const add = (
    <a class="button button-main" href="/settings/providers/new">
        <Icon name="plus" />
        Add provider
    </a>
);

// Whose published settings name it.
const usersOf = (id: string): string[] => (agents.value ?? []).filter(({ provider, fallbacks }) => provider === id || fallbacks.includes(id)).map(({ name }) => name);

function Row({ provider }: { provider: Provider }) {
    return (
        <tr>
            <th scope="row" data-label="Provider">
                <a class="row-link" href={`/settings/providers/${provider.id}`} dir="auto">
                    {provider.name}
                </a>
            </th>
            <td data-label="Kind">{kindTitle(provider)}</td>
            <td data-label="Model" class="mono">
                {provider.model}
            </td>
            <td data-label="Used by" dir="auto">
                {usersOf(provider.id).join(', ') || <span class="muted">no agent</span>}
            </td>
            <td data-label="Status">
                <ProviderBadge status={provider.status} />
            </td>
        </tr>
    );
}

function Table({ items }: { items: Provider[] }) {
    return (
        <table class="table table-cards">
            <thead>
                <tr>
                    {['Provider', 'Kind', 'Model', 'Used by', 'Status'].map((title) => (
                        <th key={title} scope="col">
                            {title}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody>
                {items.map((provider) => (
                    <Row key={provider.id} provider={provider} />
                ))}
            </tbody>
        </table>
    );
}

// All of it or nothing, so that nothing moves when the next part comes.
async function loadAll(abort: AbortSignal) {
    const [{ items }, limits] = await Promise.all([get<List<Provider>>('/providers?limit=100', abort), get<SpendLimits>('/models/caps', abort)]);
    return { items, limits };
}

// Shown once it is known who uses what.
const withUsers = <T,>(loaded: Loaded<T>): Loaded<T> => ({ ...loaded, value: agents.value && loaded.value });

export function ProvidersScreen() {
    const loaded = useLoad('providers', loadAll);
    return (
        <Page title="Providers" heading="Settings" button={add}>
            <SettingsTabs />
            <Loading loaded={withUsers(loaded)}>
                {({ items, limits }) =>
                    items.length > 0 ? (
                        <>
                            <Table items={items} />
                            <SpendLimitsSection limits={limits} />
                        </>
                    ) : (
                        <Empty title="No model providers yet" step={add}>
                            The built-in engine needs none. Add one to let a language model answer: OpenAI, Anthropic, Ollama, or any server that speaks their language.
                        </Empty>
                    )
                }
            </Loading>
        </Page>
    );
}

export function NewProviderScreen() {
    return (
        <Page title="New provider" above={<Back href="/settings/providers">Providers</Back>} lead="It is tested with a real call once it is added.">
            <ProviderForm provider={null} onSaved={({ id }) => navigate(`/settings/providers/${id}?test`)} />
        </Page>
    );
}

function DeleteDialog({ provider, onClose }: { provider: Provider; onClose: () => void }) {
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    async function confirm() {
        setBusy(true);
        try {
            await remove(`/providers/${provider.id}`);
            navigate('/settings/providers');
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }
    return (
        <Dialog title={`Delete ${provider.name}`} onClose={onClose}>
            <p>Its key is deleted with it. Agents that use it have to be given another one first; nothing stops without your knowing.</p>
            {problem && <ProblemCard problem={problem} live />}
            <div class="form-buttons">
                <button type="button" class="button button-danger" disabled={busy} onClick={() => void confirm()}>
                    Delete provider
                </button>
                <button type="button" class="button" autofocus onClick={onClose}>
                    Keep it
                </button>
            </div>
        </Dialog>
    );
}

function Facts({ provider }: { provider: Provider }) {
    return (
        <dl class="facts">
            <dt>Status</dt>
            <dd>
                <ProviderBadge status={provider.status} />{' '}
                {provider.tested_at && (
                    <span class="muted">
                        tested <Ago time={provider.tested_at} />
                    </span>
                )}
            </dd>
            <dt>Used by</dt>
            <dd dir="auto">{usersOf(provider.id).join(', ') || 'no agent'}</dd>
        </dl>
    );
}

export function ProviderScreen({ params }: { params: Params }) {
    const path = `/providers/${encodeURIComponent(params['provider'] ?? '')}`;
    const loaded = useLoad(path, (abort) => get<Provider>(path, abort));
    const [isDeleting, setDeleting] = useState(false);
    const [said, setSaid] = useState('');
    const name = loaded.value?.name ?? 'Provider';
    return (
        <Page title={name} heading={<span dir="auto">{name}</span>} above={<Back href="/settings/providers">Providers</Back>}>
            <Loading loaded={withUsers(loaded)}>
                {(provider) => (
                    <>
                        <Facts provider={provider} />
                        <ProviderTests provider={provider} atOnce={place.value.query.has('test')} onTested={loaded.reload} />
                        <section aria-labelledby="settings-title">
                            <h2 id="settings-title">Settings</h2>
                            <ProviderForm
                                provider={provider}
                                onSaved={(saved) => {
                                    loaded.set(saved);
                                    setSaid('Provider saved.');
                                }}
                            />
                            <p role="status" class="saved">
                                {said}
                            </p>
                        </section>
                        <section aria-labelledby="delete-title">
                            <h2 id="delete-title">Delete</h2>
                            <button type="button" class="button button-bad" onClick={() => setDeleting(true)}>
                                Delete provider
                            </button>
                        </section>
                        {isDeleting && <DeleteDialog provider={provider} onClose={() => setDeleting(false)} />}
                    </>
                )}
            </Loading>
        </Page>
    );
}
