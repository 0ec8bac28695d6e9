// What stands around every screen: skip link, navigation with the agents, account menu, the bar for a server out of reach.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { reachable } from '../api/client';
import type { Session } from '../api/types';
import { place } from '../router';
import { agents, currentAgent, refreshAgents } from '../state/agents';
import { followRequests, requests } from '../state/requests';
import { signIns } from '../state/session';
import { AccountMenu } from './account_menu';
import { Icon } from './icon';
import { LeaveDialog } from './leave_dialog';
import { Shortcuts } from './palette';

export function OfflineBar() {
    return (
        <div role="status">
            {!reachable.value && <p class="offline">The server cannot be reached. Trying again every 3 s.</p>}
        </div>
    );
}

export function Wordmark() {
    return (
        <span class="wordmark">
            <img src="/assets/icon.svg" alt="" width="22" height="22" />
            ChatCrafterAI
        </span>
    );
}

function NavLink({ href, current, children }: { href: string; current: boolean; children: ComponentChildren }) {
    return (
        <a class="nav-link" href={href} aria-current={current ? 'page' : undefined}>
            {children}
        </a>
    );
}

function Nav({ role }: { role: string }) {
    const { path } = place.value;
    const list = agents.value ?? [];
    const open = requests.value ?? [];
    const needed = open.some(({ state }) => state === 'needs_human');
    return (
        <nav class="nav" aria-label="Console">
            <NavLink href="/agents" current={path === '/agents'}>
                <Icon name="agents" />
                Agents
            </NavLink>
            {list.length > 0 && (
                <ul class="nav-agents">
                    {list.map((agent) => (
                        <li key={agent.id}>
                            <NavLink href={`/agents/${agent.id}`} current={currentAgent.value === agent.id}>
                                <span class="nav-name">{agent.name}</span>
                            </NavLink>
                        </li>
                    ))}
                </ul>
            )}
            <NavLink href="/conversations" current={path === '/conversations'}>
                <Icon name="talk" />
                Conversations
            </NavLink>
            <NavLink href="/requests" current={path === '/requests'}>
                <Icon name="clock" />
                Requests
                {open.length > 0 && (
                    <span class={needed ? 'nav-count nav-count-bad' : 'nav-count'}>
                        {open.length}
                        <span class="unseen">{needed ? ', some need a person' : ' waiting'}</span>
                    </span>
                )}
            </NavLink>
            {(role === 'admin' || role === 'owner') && (
                <NavLink href="/settings/members" current={path.startsWith('/settings')}>
                    <Icon name="settings" />
                    Settings
                </NavLink>
            )}
        </nav>
    );
}

export function Shell({ session, children }: { session: Session; children: ComponentChildren }) {
    const [open, setOpen] = useState(false);
    const { path } = place.value;
    useEffect(() => void refreshAgents(), [signIns.value]);
    useEffect(followRequests, [signIns.value, path]);
    useEffect(() => setOpen(false), [path]);
    return (
        <div class="shell">
            <a class="skip" href="#content">
                Skip to content
            </a>
            <header class={open ? 'side side-open' : 'side'}>
                <div class="side-head">
                    <a class="home" href="/agents">
                        <Wordmark />
                    </a>
                    <button type="button" class="icon-button side-toggle" aria-expanded={open} aria-label="Menu" onClick={() => setOpen(!open)}>
                        <Icon name={open ? 'cross' : 'menu'} />
                    </button>
                </div>
                <div class="side-body">
                    <Nav role={session.member.role} />
                    <AccountMenu session={session} />
                </div>
            </header>
            <main id="content" class="content" tabIndex={-1}>
                {children}
            </main>
            <LeaveDialog />
            <Shortcuts />
        </div>
    );
}
