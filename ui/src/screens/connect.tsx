// Connect Zendesk, a page of its own: a first connection, and new credentials for one that exists.
import { signal } from '@preact/signals';
import { get } from '../api/client';
import type { Connected, Integration, Warning } from '../api/types';
import { Back, Loading, useAgent } from '../components/agent_frame';
import { CredentialForm } from '../components/credential_form';
import { Page } from '../components/page';
import { navigate, place, type Params } from '../router';
import { refreshAgents, useCurrentAgent } from '../state/agents';
import { useLoad } from '../state/load';

// What the last connect had to say beside success; shown on the integration's page, once.
export const connectedWarnings = signal<{ integration: string; warnings: Warning[] } | null>(null);

function show(answer: Connected): void {
    connectedWarnings.value = { integration: answer.id, warnings: answer.warnings };
    void refreshAgents();
    navigate(`/integrations/${answer.id}`);
}

export function ConnectScreen({ params }: { params: Params }) {
    const id = params['agent'] ?? '';
    const loaded = useAgent(id);
    return (
        <Page
            wide
            title="Connect Zendesk"
            lead={`${loaded.value?.name ?? 'The agent'} acts in this account. The connection is tested first; nothing is stored when the test fails.`}
            above={<Back href={`/agents/${id}/integrations/add`}>Add integration</Back>}
        >
            <Loading loaded={loaded}>
                {(agent) => <CredentialForm draft={`connect:${agent.id}`} start={{}} path={`/agents/${agent.id}/integrations`} button="Connect" onConnected={show} />}
            </Loading>
        </Page>
    );
}

export function ReplaceCredentialsScreen({ params }: { params: Params }) {
    const id = params['integration'] ?? '';
    const loaded = useLoad(id, (abort) => get<Integration>(`/integrations/${encodeURIComponent(id)}`, abort));
    useCurrentAgent(loaded.value?.agent ?? null);
    return (
        <Page
            wide
            title="Replace credentials"
            lead="The new ones are tested before the old ones go. What waits for the connection is sent afterwards."
            above={<Back href={`/integrations/${id}`}>Integration</Back>}
        >
            <Loading loaded={loaded}>
                {({ auth, subdomain, identifier }) => (
                    <CredentialForm
                        draft=""
                        start={{
                            auth: place.value.query.get('auth') === 'oauth_client' ? 'oauth_client' : auth,
                            subdomain,
                            ...(auth === 'api_token' ? { email: identifier } : { client_id: identifier }),
                        }}
                        path={`/integrations/${id}/credentials`}
                        button="Replace credentials"
                        onConnected={show}
                    />
                )}
            </Loading>
        </Page>
    );
}
