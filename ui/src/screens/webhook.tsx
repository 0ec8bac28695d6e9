// The operator's webhook: whom the server tells when a connection breaks or a request needs a person, and what came of it.
import { useState } from 'preact/hooks';
import { asProblem, get, isAbort, post, put, remove } from '../api/client';
import type { Delivery, List, Problem, Webhook } from '../api/types';
import { Loading } from '../components/agent_frame';
import { Field, faultOf } from '../components/field';
import { Page } from '../components/page';
import { ProblemCard } from '../components/problem';
import { SettingsTabs } from '../components/settings_frame';
import { ShownOnce } from '../components/shown_once';
import { Ago } from '../components/time';
import { useLoad } from '../state/load';

interface Told {
    webhook: Webhook | null;
    deliveries: Delivery[];
}

async function load(abort: AbortSignal): Promise<Told> {
    try {
        const webhook = await get<Webhook>('/webhook', abort);
        return { webhook, deliveries: (await get<List<Delivery>>('/webhook/deliveries', abort)).items };
    } catch (reason) {
        if (isAbort(reason) || asProblem(reason).status !== 404) throw reason;
        return { webhook: null, deliveries: [] };
    }
}

// What the receiver answered, or why it did not.
function outcome({ state, status, fault, next_at }: Delivery) {
    const answer = status > 0 ? `HTTP ${status}` : (fault ?? 'not tried yet');
    if (state === 'delivered') return <>taken ({answer})</>;
    if (state === 'failed' || !next_at) return <>given up ({answer})</>;
    return <>{answer}, tried again later</>;
}

function Deliveries({ items }: { items: Delivery[] }) {
    if (items.length === 0) return <p class="muted">Nothing was sent yet.</p>;
    return (
        <table class="table table-cards">
            <thead>
                <tr>
                    <th scope="col">Told</th>
                    <th scope="col">When</th>
                    <th scope="col">Attempts</th>
                    <th scope="col">Answer</th>
                </tr>
            </thead>
            <tbody>
                {items.map((delivery) => (
                    <tr key={delivery.id}>
                        <th scope="row" class="mono">
                            {delivery.type}
                        </th>
                        <td data-label="When" class="muted">
                            <Ago time={delivery.created_at} />
                        </td>
                        <td data-label="Attempts">{delivery.attempts}</td>
                        <td data-label="Answer">{outcome(delivery)}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

interface EditorProps {
    webhook: Webhook | null;
    onChanged: () => void;
}

function Editor({ webhook, onChanged }: EditorProps) {
    const [url, setUrl] = useState(webhook?.url ?? '');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [secret, setSecret] = useState('');

    async function act(work: () => Promise<Webhook | Delivery | void>) {
        setBusy(true);
        setProblem(null);
        try {
            const answer = await work();
            setSecret((answer && 'secret' in answer && answer.secret) || '');
            onChanged();
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        setBusy(false);
    }
    const submit = (event: Event) => {
        event.preventDefault();
        void act(() => put<Webhook>('/webhook', { url }));
    };
    return (
        <form class="form" onSubmit={submit}>
            {problem && problem.field !== 'url' && <ProblemCard problem={problem} live />}
            <Field
                name="url"
                label="Address"
                hint="A connection that breaks or works again, and a request that needs a person, are sent there by POST, signed after Standard Webhooks."
                value={url}
                onValue={setUrl}
                fault={faultOf(problem, 'url')}
                required
                maxLength={2048}
            />
            {secret && <ShownOnce what="the secret" text={secret} note="Copy it now: it is not shown again. The receiver checks signatures with it." />}
            <div class="form-buttons">
                <button class="button button-main" disabled={busy}>
                    {webhook ? 'Set again' : 'Set webhook'}
                </button>
                {webhook && (
                    <>
                        <button type="button" class="button" disabled={busy} onClick={() => void act(() => post<Delivery>('/webhook/test', {}))}>
                            Send a test
                        </button>
                        <button type="button" class="button" disabled={busy} onClick={() => void act(() => post<Webhook>('/webhook/secret', {}))}>
                            New secret
                        </button>
                        <button type="button" class="button button-danger" disabled={busy} onClick={() => void act(() => remove('/webhook'))}>
                            Remove
                        </button>
                    </>
                )}
            </div>
            {webhook?.former_secret_until && <p class="hint">The former secret signs as well for a day.</p>}
        </form>
    );
}

export function WebhookScreen() {
    const loaded = useLoad('webhook', load);
    return (
        <Page title="Webhook" heading="Settings">
            <SettingsTabs />
            <Loading loaded={loaded}>
                {({ webhook, deliveries }) => (
                    <>
                        {webhook && !webhook.enabled && (
                            <div class="notice notice-warn" role="status">
                                <p class="notice-title">The receiver said that it is gone (HTTP 410). Nothing is sent until the webhook is set again.</p>
                            </div>
                        )}
                        <Editor webhook={webhook} onChanged={loaded.reload} />
                        {webhook && (
                            <>
                                <h2>Deliveries</h2>
                                <Deliveries items={deliveries} />
                            </>
                        )}
                    </>
                )}
            </Loading>
        </Page>
    );
}
