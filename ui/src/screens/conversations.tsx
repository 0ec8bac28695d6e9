// What was said, newest first; the filter stands in the address.
import type { ConversationSummary } from '../api/types';
import { Empty, Skeleton } from '../components/empty';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { PagesEnd } from '../components/pages_end';
import { ProblemCard } from '../components/problem';
import { Ago } from '../components/time';
import { navigate, place } from '../router';
import { agents } from '../state/agents';
import { usePages } from '../state/pages';

const channels: Record<string, string> = { chatlab: 'Chatlab', cli: 'Terminal', api: 'API', widget: 'Widget' };

function Row({ conversation, agent }: { conversation: ConversationSummary; agent: string }) {
    return (
        <tr>
            <th scope="row" data-label="Begins with">
                <a class="row-link" href={`/chatlab/${conversation.id}`} dir="auto">
                    {conversation.title || 'Nothing was said yet'}
                </a>
                {conversation.needs_person_at && (
                    <span class="badge badge-warn">
                        <Icon name="person" /> Needs a person
                    </span>
                )}
            </th>
            <td data-label="Agent" dir="auto">
                {agent}
            </td>
            <td data-label="Visitor" dir="auto">
                {conversation.visitor ? conversation.visitor.name || conversation.visitor.email : <span class="muted">member</span>}
            </td>
            <td data-label="Channel">
                {channels[conversation.channel] ?? conversation.channel}
                {conversation.dry_run && <span class="muted"> (dry run)</span>}
            </td>
            <td data-label="Outcome" class="mono">
                {conversation.outcome ?? ''}
            </td>
            <td data-label="Last" class="muted">
                <Ago time={conversation.updated_at} />
            </td>
        </tr>
    );
}

function address(agent: string, needsPerson: boolean): string {
    const query = new URLSearchParams();
    if (agent) query.set('agent', agent);
    if (needsPerson) query.set('needs_person', 'true');
    return query.size > 0 ? `?${query.toString()}` : '';
}

function Filters({ agent, needsPerson }: { agent: string; needsPerson: boolean }) {
    const list = agents.value ?? [];
    const show = (one: string, needs: boolean) => navigate(`/conversations${address(one, needs)}`, true);
    return (
        <div class="filters">
            <label for="agent">Agent</label>
            <select id="agent" value={agent} onChange={(event) => show(event.currentTarget.value, needsPerson)}>
                <option value="">all</option>
                {list.map(({ id, name }) => (
                    <option key={id} value={id}>
                        {name}
                    </option>
                ))}
            </select>
            <label for="needs">Show</label>
            <select id="needs" value={needsPerson ? 'person' : ''} onChange={(event) => show(agent, event.currentTarget.value === 'person')}>
                <option value="">all conversations</option>
                <option value="person">those that need a person</option>
            </select>
        </div>
    );
}

export function ConversationsScreen() {
    const agent = place.value.query.get('agent') ?? '';
    const needsPerson = place.value.query.get('needs_person') === 'true';
    const pages = usePages<ConversationSummary>(`/conversations?limit=50${address(agent, needsPerson).replace('?', '&')}`);
    const items = agents.value ? pages.items : null; // with the agents' names or not at all: nothing moves when they come
    const nameOf = (id: string) => agents.value?.find((one) => one.id === id)?.name ?? 'deleted agent';
    return (
        <Page title="Conversations" lead="Everything that was said with your agents." wide>
            <Filters agent={agent} needsPerson={needsPerson} />
            {pages.problem && <ProblemCard problem={pages.problem} />}
            {!items && !pages.problem && <Skeleton lines={5} />}
            {items?.length === 0 && needsPerson && (
                <Empty title="No conversation needs a person" step={<a class="button" href={`/conversations${address(agent, false)}`}>Show all conversations</a>}>
                    The agents answer in all of them.
                </Empty>
            )}
            {items?.length === 0 && !needsPerson && (
                <Empty title="No conversations yet" step={<a class="button button-main" href="/agents">Open agents</a>}>
                    Open an agent's Chatlab and write to it, or let customers reach it through the API.
                </Empty>
            )}
            {items && items.length > 0 && (
                <table class="table table-cards">
                    <thead>
                        <tr>
                            <th scope="col">Begins with</th>
                            <th scope="col">Agent</th>
                            <th scope="col">Visitor</th>
                            <th scope="col">Channel</th>
                            <th scope="col">Outcome</th>
                            <th scope="col">Last</th>
                        </tr>
                    </thead>
                    <tbody>
                        {items.map((conversation) => (
                            <Row key={conversation.id} conversation={conversation} agent={nameOf(conversation.agent)} />
                        ))}
                    </tbody>
                </table>
            )}
            <PagesEnd pages={pages} />
        </Page>
    );
}
