// What stands around a chat: whose it is, whether writes are sent, the recent chats, a new one.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { get } from '../api/client';
import type { Agent, ConversationSummary, List } from '../api/types';
import { accountName, inAccount } from '../format';
import { navigate } from '../router';
import { useLoad } from '../state/load';
import { newChat, type Play } from '../state/play';
import { AgentTabs } from './agent_frame';
import { Icon } from './icon';
import { playWords } from './identity';
import { Switch } from './switch';
import { Ago } from './time';

interface ChatFrameProps {
    agent: Agent;
    conversation: string | null; // null: a chat that has not begun
    play: Play;
    round: string; // changes when the list of chats has
    aside?: ComponentChildren; // above the recent chats
    children: ComponentChildren;
}

function RecentChats({ agent, conversation, round }: { agent: string; conversation: string | null; round: string }) {
    const path = `/conversations?agent=${encodeURIComponent(agent)}&limit=30`;
    const loaded = useLoad(path, (abort) => get<List<ConversationSummary>>(path, abort));
    useEffect(() => loaded.reload(), [round]);
    const items = loaded.value?.items ?? [];
    return (
        <nav class="chats" aria-label="Recent chats">
            <h2>Recent chats</h2>
            {loaded.value && items.length === 0 && <p class="muted">None yet.</p>}
            <ul>
                {items.map((item) => (
                    <li key={item.id}>
                        <a class="chat-link" href={`/chatlab/${item.id}`} aria-current={item.id === conversation ? 'page' : undefined}>
                            <span class="chat-title" dir="auto">
                                {item.title || 'Empty chat'}
                            </span>
                            <span class="chat-facts">
                                {item.dry_run && 'Dry run, '}
                                <Ago time={item.updated_at} />
                            </span>
                        </a>
                    </li>
                ))}
            </ul>
        </nav>
    );
}

function Account({ agent, dryRun }: { agent: Agent; dryRun: boolean }) {
    const [first] = agent.integrations;
    if (!first) return <a href={`/agents/${agent.id}/integrations`}>Not connected: add integration</a>;
    const live = first.practice ? accountName(first) : `Live in ${inAccount(first)}`;
    return (
        <a class="plain muted" href={`/integrations/${first.id}`}>
            {dryRun ? `Reads ${inAccount(first)}` : live}
        </a>
    );
}

export function ChatFrame({ agent, conversation, play, round, aside, children }: ChatFrameProps) {
    const { dryRun } = play;
    useEffect(() => {
        document.title = `Chatlab of ${agent.name} - ChatCrafterAI`;
    }, [agent.name]);
    return (
        <div class="chatlab">
            <div class="chat-screen">
                <header class="chat-head">
                    <h1 tabIndex={-1}>
                        <span dir="auto">{agent.name}</span>
                    </h1>
                    <AgentTabs agent={agent} chat />
                    <div class="chat-bar">
                        <Account agent={agent} dryRun={dryRun} />
                        {conversation !== null && <span class="muted chat-play">{playWords(play)}</span>}
                        <Switch label="Dry run" on={dryRun} onChange={(on) => navigate(newChat(agent.id, { ...play, dryRun: on }), conversation === null)} />
                        <a class="button button-small" href={newChat(agent.id, play)}>
                            <Icon name="plus" />
                            New chat
                        </a>
                    </div>
                </header>
                <div class="chat-main">{children}</div>
            </div>
            <div class="chat-aside">
                {aside}
                <RecentChats agent={agent.id} conversation={conversation} round={round} />
            </div>
        </div>
    );
}
