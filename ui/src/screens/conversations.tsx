// What was said, newest first; the filters stand in the address.
import { useEffect, useState } from 'preact/hooks';
import type { ConversationSummary } from '../api/types';
import { Empty, Skeleton } from '../components/empty';
import { Icon } from '../components/icon';
import { ExportButtons } from '../components/export_buttons';
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

const outcomes = [['', 'any'], ['ticket', 'a ticket was made'], ['request', 'a request is open'], ['none', 'none']] as const;
const filters = ['agent', 'channel', 'outcome', 'needs_person', 'q'] as const;
const typingMs = 250;

// The address with one filter changed.
function narrowed(query: URLSearchParams, name: string, value: string): string {
    const next = new URLSearchParams(filters.filter((one) => query.get(one)).map((one) => [one, query.get(one) ?? '']));
    if (value) next.set(name, value);
    else next.delete(name);
    const text = next.toString();
    return `/conversations${text ? `?${text}` : ''}`;
}

function Choice({ name, label, options }: { name: string; label: string; options: readonly (readonly [string, string])[] }) {
    const { query } = place.value;
    return (
        <div class="filter">
            <label for={name}>{label}</label>
            <select id={name} value={query.get(name) ?? ''} onChange={(event) => navigate(narrowed(query, name, event.currentTarget.value), true)}>
                {options.map(([value, words]) => (
                    <option key={value} value={value}>
                        {words}
                    </option>
                ))}
            </select>
        </div>
    );
}

// The address follows once the typing has rested.
function Search() {
    const [text, setText] = useState(place.value.query.get('q') ?? '');
    useEffect(() => {
        const timer = setTimeout(() => {
            if (text.trim() !== (place.peek().query.get('q') ?? '')) navigate(narrowed(place.peek().query, 'q', text.trim()), true);
        }, typingMs);
        return () => clearTimeout(timer);
    }, [text]);
    return (
        <div class="filter filter-text">
            <label for="q">Search</label>
            <div class="input">
                <input id="q" type="search" value={text} placeholder="First words, name or e-mail" autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
            </div>
        </div>
    );
}

function Filters() {
    const list = (agents.value ?? []).map(({ id, name }) => [id, name] as const);
    return (
        <div class="filters">
            <Search />
            <Choice name="agent" label="Agent" options={[['', 'all'], ...list]} />
            <Choice name="channel" label="Channel" options={[['', 'all'], ...Object.entries(channels)]} />
            <Choice name="outcome" label="Outcome" options={outcomes} />
            <Choice name="needs_person" label="A person" options={[['', 'asked for or not'], ['true', 'is asked for']]} />
        </div>
    );
}

function Nothing({ isNarrowed }: { isNarrowed: boolean }) {
    return isNarrowed ? (
        <Empty title="No conversation fits" step={<a class="button" href="/conversations">Show all conversations</a>}>
            Change the filters, or look at all of them.
        </Empty>
    ) : (
        <Empty title="No conversations yet" step={<a class="button button-main" href="/agents">Open agents</a>}>
            Open an agent's Chatlab and write to it, or let customers reach it through the API.
        </Empty>
    );
}

function Table({ items, nameOf }: { items: ConversationSummary[]; nameOf: (id: string) => string }) {
    return (
        <table class="table table-cards">
            <thead>
                <tr>
                    {['Begins with', 'Agent', 'Visitor', 'Channel', 'Outcome', 'Last'].map((title) => (
                        <th key={title} scope="col">
                            {title}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody>
                {items.map((conversation) => (
                    <Row key={conversation.id} conversation={conversation} agent={nameOf(conversation.agent)} />
                ))}
            </tbody>
        </table>
    );
}

export function ConversationsScreen() {
    const { query } = place.value;
    const narrow = new URLSearchParams(filters.filter((name) => query.get(name)).map((name) => [name, query.get(name) ?? ''])).toString();
    const path = `/conversations?limit=100${narrow ? `&${narrow}` : ''}`;
    const pages = usePages<ConversationSummary>(path);
    const items = agents.value ? pages.items : null; // with the agents' names or not at all: nothing moves when they come
    const nameOf = (id: string) => agents.value?.find((one) => one.id === id)?.name ?? 'deleted agent';
    const button = <ExportButtons path={path} nameOf={nameOf} ready={(items?.length ?? 0) > 0} />;
    return (
        <Page title="Conversations" lead="Everything that was said with your agents." button={button} wide>
            <Filters />
            {pages.problem && <ProblemCard problem={pages.problem} />}
            {!items && !pages.problem && <Skeleton lines={5} />}
            {items?.length === 0 && <Nothing isNarrowed={narrow !== ''} />}
            {items && items.length > 0 && <Table items={items} nameOf={nameOf} />}
            <PagesEnd pages={pages} />
        </Page>
    );
}
