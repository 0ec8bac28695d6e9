import { Empty, Skeleton } from '../components/empty';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { ProblemCard } from '../components/problem';
import { IntegrationBadge } from '../components/status';
import { Ago } from '../components/time';
import type { Agent } from '../api/types';
import { accountName } from '../format';
import { agents, agentsProblem } from '../state/agents';

function Connection({ agent }: { agent: Agent }) {
    const [first] = agent.integrations;
    if (!first) return <a href={`/agents/${agent.id}/integrations`}>Connect Zendesk</a>;
    return (
        <a class="plain connection" href={`/integrations/${first.id}`}>
            <IntegrationBadge status={first.status} />
            <span class="muted">{accountName(first)}</span>
        </a>
    );
}

function AgentRow({ agent }: { agent: Agent }) {
    return (
        <tr>
            <th scope="row" data-label="Agent">
                <a class="row-link" href={`/agents/${agent.id}`} dir="auto">
                    {agent.name}
                </a>
            </th>
            <td data-label="Zendesk">
                <Connection agent={agent} />
            </td>
            <td data-label="Changed" class="muted">
                <Ago time={agent.updated_at} />
            </td>
            <td class="row-end">
                <a class="button button-small" href={`/agents/${agent.id}/chatlab`} aria-label={`Open Chatlab of ${agent.name}`}>
                    Open Chatlab
                </a>
            </td>
        </tr>
    );
}

function AgentList({ list }: { list: Agent[] }) {
    if (list.length === 0) {
        const step = (
            <a class="button button-main" href="/agents/new">
                Create agent
            </a>
        );
        return (
            <Empty title="No agents yet" step={step}>
                An agent answers customers and acts in Zendesk for them: it opens tickets and tells their status.
            </Empty>
        );
    }
    return (
        <table class="table table-cards">
            <thead>
                <tr>
                    <th scope="col">Agent</th>
                    <th scope="col">Zendesk</th>
                    <th scope="col">Changed</th>
                    <th scope="col">
                        <span class="unseen">Test it</span>
                    </th>
                </tr>
            </thead>
            <tbody>
                {list.map((agent) => (
                    <AgentRow key={agent.id} agent={agent} />
                ))}
            </tbody>
        </table>
    );
}

export function AgentsScreen() {
    const list = agents.value;
    const button = (
        <a class="button button-main" href="/agents/new">
            <Icon name="plus" />
            New agent
        </a>
    );
    return (
        <Page title="Agents" lead="Each agent talks with customers and acts in one Zendesk account." button={list?.length ? button : undefined}>
            {agentsProblem.value && <ProblemCard problem={agentsProblem.value} />}
            {list ? <AgentList list={list} /> : !agentsProblem.value && <Skeleton lines={4} />}
        </Page>
    );
}
