// What an agent may do in Zendesk, over the connection it has.
import { get } from '../api/client';
import type { Agent, Integration } from '../api/types';
import { ActionsTable } from '../components/actions_table';
import { AgentTabs, Loading, useAgent } from '../components/agent_frame';
import { Empty } from '../components/empty';
import { Page } from '../components/page';
import { inAccount } from '../format';
import type { Params } from '../router';
import { useLoad } from '../state/load';

function Actions({ integration }: { integration: string }) {
    const path = `/integrations/${integration}`;
    const loaded = useLoad(path, (abort) => get<Integration>(path, abort));
    return (
        <Loading loaded={loaded} lines={8}>
            {(value) => (
                <>
                    <p class="muted">In {inAccount(value)}. A change counts from the next message on.</p>
                    <ActionsTable integration={value} onChanged={loaded.set} />
                </>
            )}
        </Loading>
    );
}

function Unconnected({ agent }: { agent: Agent }) {
    const step = (
        <a class="button button-main" href={`/agents/${agent.id}/integrations/add`}>
            Add integration
        </a>
    );
    return (
        <Empty title="Nothing to switch on yet" step={step}>
            What {agent.name} may do is chosen once it is connected to Zendesk.
        </Empty>
    );
}

export function AgentActionsScreen({ params }: { params: Params }) {
    const loaded = useAgent(params['agent'] ?? '');
    const name = loaded.value?.name ?? 'Agent';
    return (
        <Page title={`Actions of ${name}`} heading={<span dir="auto">{name}</span>}>
            <Loading loaded={loaded}>
                {(agent) => (
                    <>
                        <AgentTabs agent={agent} />
                        {agent.integrations[0] ? <Actions integration={agent.integrations[0].id} /> : <Unconnected agent={agent} />}
                    </>
                )}
            </Loading>
        </Page>
    );
}
