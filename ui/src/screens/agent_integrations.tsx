import { get } from '../api/client';
import type { Agent, Integration, List } from '../api/types';
import { AgentTabs, Loading, useAgent } from '../components/agent_frame';
import { Empty } from '../components/empty';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { IntegrationBadge, Practice } from '../components/status';
import { Ago } from '../components/time';
import { accountName } from '../format';
import type { Params } from '../router';
import { useLoad } from '../state/load';

function Card({ integration }: { integration: Integration }) {
    const { signed_in_as: who } = integration;
    return (
        <li class="card">
            <div class="card-head">
                <a class="row-link" href={`/integrations/${integration.id}`}>
                    Zendesk: {integration.account.name}
                </a>
                {integration.practice && <Practice />}
                <IntegrationBadge status={integration.status} />
            </div>
            <p class="muted">
                {accountName(integration)}, signed in as {who.name} ({who.email})
                {integration.last_ok_at && (
                    <>
                        , last worked <Ago time={integration.last_ok_at} />
                    </>
                )}
            </p>
        </li>
    );
}

function Integrations({ agent }: { agent: Agent }) {
    const loaded = useLoad(agent.id, (abort) => get<List<Integration>>(`/agents/${agent.id}/integrations`, abort));
    return (
        <Loading loaded={loaded}>
            {({ items }) =>
                items.length === 0 ? (
                    <Empty
                        title="Not connected"
                        step={
                            <a class="button button-main" href={`/agents/${agent.id}/integrations/add`}>
                                <Icon name="plus" />
                                Add integration
                            </a>
                        }
                    >
                        Connect {agent.name} to the Zendesk account in which it opens and reads tickets.
                    </Empty>
                ) : (
                    <ul class="cards">
                        {items.map((integration) => (
                            <Card key={integration.id} integration={integration} />
                        ))}
                    </ul>
                )
            }
        </Loading>
    );
}

export function AgentIntegrationsScreen({ params }: { params: Params }) {
    const loaded = useAgent(params['agent'] ?? '');
    const name = loaded.value?.name ?? 'Agent';
    return (
        <Page title={`Integrations of ${name}`} heading={<span dir="auto">{name}</span>}>
            <Loading loaded={loaded}>
                {(agent) => (
                    <>
                        <AgentTabs agent={agent} />
                        <Integrations agent={agent} />
                    </>
                )}
            </Loading>
        </Page>
    );
}
