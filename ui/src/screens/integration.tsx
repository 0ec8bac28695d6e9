// One connection to Zendesk: its condition, whom it signs in as, what it may do, what was asked lately.
import { useState } from 'preact/hooks';
import { get } from '../api/client';
import type { Integration } from '../api/types';
import { ActionsTable } from '../components/actions_table';
import { Back, Loading } from '../components/agent_frame';
import { ConnectionTests } from '../components/connection_tests';
import { DisconnectDialog } from '../components/disconnect_dialog';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { ProblemCard, type Acts } from '../components/problem';
import { RecentCalls } from '../components/recent_calls';
import { Reserve } from '../components/reserve';
import { IntegrationBadge, Practice } from '../components/status';
import { Ago, Clock } from '../components/time';
import { count } from '../format';
import { navigate, type Params } from '../router';
import { useCurrentAgent } from '../state/agents';
import { useLoad, type Loaded } from '../state/load';
import { connectedWarnings } from './connect';

function Notices({ integration, acts, credentials }: { integration: Integration; acts: Acts; credentials: string }) {
    const warnings = connectedWarnings.value?.integration === integration.id ? connectedWarnings.value.warnings : [];
    const notes = [...warnings, ...integration.notices];
    return (
        <>
            {integration.problem && <ProblemCard problem={integration.problem} tone={integration.status === 'needs_attention' ? 'bad' : 'warn'} acts={acts} />}
            {notes.map(({ code, title, detail }) => (
                <div key={code} class="notice notice-warn" data-notice={code}>
                    <Icon name="alert" />
                    <div class="notice-words">
                        <p class="notice-title">{title}</p>
                        {detail && <p>{detail}</p>}
                        {code === 'token-retirement' && (
                            <div class="notice-actions">
                                <a class="button button-small" href={`${credentials}?auth=oauth_client`}>
                                    Switch to OAuth
                                </a>
                            </div>
                        )}
                    </div>
                </div>
            ))}
        </>
    );
}

function Condition({ integration }: { integration: Integration }) {
    const { waiting, last_ok_at: worked, hold_until: held } = integration;
    return (
        <p class="condition">
            <IntegrationBadge status={integration.status} />
            {integration.practice && <Practice />}
            <span class="muted">
                changed <Ago time={integration.status_since} />
                {worked && (
                    <>
                        , last worked <Ago time={worked} />
                    </>
                )}
                {held && (
                    <>
                        , calls go on at <Clock time={held} />
                    </>
                )}
                {waiting > 0 && `, ${count(waiting, 'request waits', 'requests wait')}, 0 lost`}
            </span>
        </p>
    );
}

function Facts({ integration, onChanged }: { integration: Integration; onChanged: (integration: Integration) => void }) {
    const { account, signed_in_as: who, secret, budget } = integration;
    const token = integration.auth === 'api_token';
    return (
        <dl class="facts">
            <dt>Account</dt>
            <dd dir="auto">{account.name}</dd>
            <dt>Address</dt>
            <dd>
                <a class="link" href={`${integration.url}/agent`} target="_blank" rel="noreferrer">
                    {integration.practice ? integration.url : `${integration.subdomain}.zendesk.com`}
                    <Icon name="external" />
                </a>
            </dd>
            <dt>Signs in as</dt>
            <dd>
                <span dir="auto">{who.name}</span>, {who.role} ({who.email})
            </dd>
            <dt>{token ? 'API token' : 'OAuth client'}</dt>
            <dd>
                {!token && `${integration.identifier}, secret `}
                <span class="mono">{secret.last4 ? `ends in ${secret.last4}` : 'set'}</span>
                {secret.set_at && (
                    <span class="muted">
                        , set <Ago time={secret.set_at} />
                    </span>
                )}
            </dd>
            <dt>Rate limit</dt>
            <dd>
                {budget.limit === null ? 'not known yet' : `${budget.limit} calls a minute`}
                {budget.remaining !== null && `, ${budget.remaining} left in this one`}
            </dd>
            <dt>Kept free</dt>
            <dd>
                <Reserve integration={integration} onChanged={onChanged} />
            </dd>
        </dl>
    );
}

function Detail({ loaded, integration }: { loaded: Loaded<Integration>; integration: Integration }) {
    const [disconnecting, setDisconnecting] = useState(false);
    const [tested, setTested] = useState(0);
    const credentials = `/integrations/${integration.id}/credentials`;
    const replace = () => navigate(credentials);
    const acts: Acts = {
        'edit-connection': replace,
        'switch-to-oauth': () => navigate(`${credentials}?auth=oauth_client`),
        api_token: replace,
        client_secret: replace,
        client_id: replace,
        email: replace,
        subdomain: replace,
        actions: () => document.getElementById('actions')?.focus(),
    };
    const afterTest = () => {
        loaded.reload();
        setTested((old) => old + 1);
    };
    return (
        <>
            <Condition integration={integration} />
            <Notices integration={integration} acts={acts} credentials={credentials} />
            <Facts integration={integration} onChanged={loaded.set} />
            <p class="button-row">
                <a class="button" href={`/agents/${integration.agent}/chatlab`}>
                    Open Chatlab
                </a>
                <a class="button" href={credentials}>
                    Replace credentials
                </a>
                <button type="button" class="button button-bad" onClick={() => setDisconnecting(true)}>
                    Disconnect
                </button>
            </p>
            <ConnectionTests integration={integration.id} acts={acts} onTested={afterTest} />
            <ActionsTable integration={integration} onChanged={loaded.set} />
            <RecentCalls integration={integration.id} round={tested} />
            {disconnecting && <DisconnectDialog integration={integration} onClose={() => setDisconnecting(false)} />}
        </>
    );
}

export function IntegrationScreen({ params }: { params: Params }) {
    const id = params['integration'] ?? '';
    const loaded = useLoad(id, (abort) => get<Integration>(`/integrations/${encodeURIComponent(id)}`, abort));
    useCurrentAgent(loaded.value?.agent ?? null);
    const back = loaded.value ? <Back href={`/agents/${loaded.value.agent}/integrations`}>Integrations</Back> : undefined;
    return (
        <Page title={loaded.value ? `Zendesk: ${loaded.value.account.name}` : 'Zendesk'} above={back}>
            <Loading loaded={loaded} lines={8}>
                {(integration) => <Detail loaded={loaded} integration={integration} />}
            </Loading>
        </Page>
    );
}
