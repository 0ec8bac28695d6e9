// What the screens of one agent share: its name, its tabs, and what to show while it loads or when there is none.
import type { ComponentChildren } from 'preact';
import { get } from '../api/client';
import type { Agent } from '../api/types';
import { place } from '../router';
import { useCurrentAgent } from '../state/agents';
import { useLoad, type Loaded } from '../state/load';
import { Skeleton } from './empty';
import { Icon } from './icon';
import { ProblemCard } from './problem';

export function useAgent(id: string): Loaded<Agent> {
    useCurrentAgent(id);
    return useLoad(id, (abort) => get<Agent>(`/agents/${encodeURIComponent(id)}`, abort));
}

export function Back({ href, children }: { href: string; children: ComponentChildren }) {
    return (
        <a class="back" href={href}>
            <Icon name="back" />
            {children}
        </a>
    );
}

// `chat`: on the page of one chat, which belongs to the tab Chatlab without having its address.
export function AgentTabs({ agent, chat = false }: { agent: Agent; chat?: boolean }) {
    const tabs = [
        [`/agents/${agent.id}`, 'General'],
        [`/agents/${agent.id}/versions`, 'Versions'],
        [`/agents/${agent.id}/actions`, 'Actions'],
        [`/agents/${agent.id}/integrations`, 'Integrations'],
        [`/agents/${agent.id}/chatlab`, 'Chatlab'],
    ] as const;
    return (
        <nav class="tabs" aria-label="Agent">
            {tabs.map(([href, title]) => (
                <a key={href} class="tab" href={href} aria-current={place.value.path === href || (chat && title === 'Chatlab') ? 'page' : undefined}>
                    {title}
                </a>
            ))}
        </nav>
    );
}

export function ToAgents() {
    return (
        <p>
            <a class="button" href="/agents">
                Open agents
            </a>
        </p>
    );
}

// One loaded thing or the reason why not.
export function Loading<T>({ loaded, lines = 4, children }: { loaded: Loaded<T>; lines?: number; children: (value: T) => ComponentChildren }) {
    return (
        <>
            {loaded.problem && <ProblemCard problem={loaded.problem} />}
            {loaded.problem?.status === 404 && <ToAgents />}
            {loaded.value !== null ? children(loaded.value) : !loaded.problem && <Skeleton lines={lines} />}
        </>
    );
}
