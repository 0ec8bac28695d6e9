// Ctrl/Cmd K: everything that has an address, found by a few letters. "?" shows the keys. Neither answers while something is typed into a field, but for Ctrl/Cmd K itself.
import { useEffect, useRef, useState } from 'preact/hooks';
import { navigate } from '../router';
import { agents } from '../state/agents';
import { session, signOut } from '../state/session';
import { setTheme, themes } from '../state/theme';
import { Dialog } from './dialog';

interface Command {
    name: string;
    about: string;
    run: () => void;
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const shownMax = 12;

const keys: readonly (readonly [keys: string, what: string])[] = [
    [isMac ? '\u2318 K' : 'Ctrl K', 'Go anywhere'],
    ['?', 'This list'],
    ['g a', 'Agents'],
    ['g c', 'Conversations'],
    ['g r', 'Requests'],
    ['g s', 'Settings'],
    ['Enter', 'In Chatlab: send the message'],
    ['Shift Enter', 'In Chatlab: a new line'],
    ['Up', 'In Chatlab, in an empty box: the last message again'],
    ['Esc', 'Close what is open'],
];

const places: Record<string, string> = { a: '/agents', c: '/conversations', r: '/requests', s: '/settings/members' };

const go = (name: string, about: string, path: string): Command => ({ name, about, run: () => navigate(path) });

function commands(showKeys: () => void): Command[] {
    const isAdmin = ['admin', 'owner'].includes(session.value?.member.role ?? '');
    const ofAgents = (agents.value ?? []).flatMap(({ id, name }) => [
        go(`${name}: Chatlab`, 'Agent', `/agents/${id}/chatlab`),
        go(`${name}: settings`, 'Agent', `/agents/${id}`),
        go(`${name}: versions`, 'Agent', `/agents/${id}/versions`),
        go(`${name}: actions`, 'Agent', `/agents/${id}/actions`),
        go(`${name}: integrations`, 'Agent', `/agents/${id}/integrations`),
        go(`${name}: conversations`, 'Agent', `/conversations?agent=${id}`),
    ]);
    const settings = ['Members', 'Providers', 'API keys', 'Webhook', 'Audit log', 'System'].map((name) => go(name, 'Settings', `/settings/${name === 'API keys' ? 'keys' : name === 'Audit log' ? 'audit' : name.toLowerCase()}`));
    return [
        go('Agents', 'Page', '/agents'),
        go('New agent', 'Agent', '/agents/new'),
        go('Conversations', 'Page', '/conversations'),
        go('Conversations that need a person', 'Page', '/conversations?needs_person=true'),
        go('Requests', 'Page', '/requests'),
        ...ofAgents,
        ...(isAdmin ? [...settings, go('Add provider', 'Settings', '/settings/providers/new')] : []),
        go('Your account', 'Page', '/account'),
        ...themes.map((theme) => ({ name: `Theme: ${theme}`, about: 'Look', run: () => setTheme(theme) })),
        { name: 'Keyboard shortcuts', about: 'Help', run: showKeys },
        { name: 'Sign out', about: 'Account', run: () => void signOut() },
    ];
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

// Each typed word has to begin a word of the name or of what it is about.
function fitting(all: Command[], typed: string): Command[] {
    const wanted = wordsOf(typed);
    const fits = ({ name, about }: Command) => wanted.every((word) => wordsOf(`${name} ${about}`).some((has) => has.startsWith(word)));
    return all.filter(fits).slice(0, shownMax);
}

function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
    const [typed, setTyped] = useState('');
    const [at, setAt] = useState(0);
    const listRef = useRef<HTMLUListElement>(null);
    const found = fitting(commands(onKeys), typed);
    const chosen = Math.min(at, found.length - 1);
    useEffect(() => listRef.current?.children[chosen]?.scrollIntoView({ block: 'nearest' }), [chosen]);

    function run(command: Command | undefined) {
        if (!command) return;
        onClose();
        command.run();
    }
    function onKey(event: KeyboardEvent) {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        if (step !== 0) {
            event.preventDefault();
            setAt((chosen + step + found.length) % Math.max(1, found.length));
        }
        if (event.key === 'Enter' && !event.isComposing) {
            event.preventDefault();
            run(found[chosen]);
        }
    }
    return (
        <Dialog title="Go anywhere" onClose={onClose}>
            <div class="input">
                <input
                    type="text"
                    role="combobox"
                    aria-label="Where to"
                    aria-expanded={found.length > 0}
                    aria-controls="palette-list"
                    aria-activedescendant={found.length > 0 ? `palette-${chosen}` : undefined}
                    aria-autocomplete="list"
                    autocomplete="off"
                    autofocus
                    value={typed}
                    onInput={(event) => {
                        setTyped(event.currentTarget.value);
                        setAt(0);
                    }}
                    onKeyDown={onKey}
                />
            </div>
            <ul class="palette" id="palette-list" role="listbox" aria-label="Places" ref={listRef}>
                {found.map((command, index) => (
                    <li
                        key={command.name + command.about}
                        id={`palette-${index}`}
                        role="option"
                        class="palette-item"
                        aria-selected={index === chosen}
                        onPointerMove={() => setAt(index)}
                        onClick={() => run(command)}
                    >
                        <span dir="auto">{command.name}</span>
                        <span class="muted">{command.about}</span>
                    </li>
                ))}
            </ul>
            {found.length === 0 && <p class="muted">Nothing has this name.</p>}
        </Dialog>
    );
}

function Keys({ onClose }: { onClose: () => void }) {
    return (
        <Dialog title="Keyboard shortcuts" onClose={onClose}>
            <dl class="keys">
                {keys.map(([key, what]) => (
                    <div key={key}>
                        <dt>
                            {key.split(' ').map((one) => (
                                <kbd key={one}>{one}</kbd>
                            ))}
                        </dt>
                        <dd>{what}</dd>
                    </div>
                ))}
            </dl>
            <div class="form-buttons">
                <button type="button" class="button" autofocus onClick={onClose}>
                    Close
                </button>
            </div>
        </Dialog>
    );
}

const isTyping = (event: KeyboardEvent): boolean => event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]') !== null;

export function Shortcuts() {
    const [open, setOpen] = useState<'palette' | 'keys' | null>(null);
    const before = useRef('');
    useEffect(() => {
        const onKey = (event: KeyboardEvent) => {
            const isPalette = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
            const isBusy = document.querySelector('dialog[open]') !== null;
            const first = before.current;
            before.current = '';
            if (isPalette) {
                event.preventDefault();
                if (!isBusy) setOpen('palette');
                return;
            }
            if (isBusy || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
            if (event.key === '?') setOpen('keys');
            else if (first === 'g' && places[event.key]) navigate(places[event.key] ?? '/agents');
            else before.current = event.key;
        };
        document.addEventListener('keydown', onKey);
        return () => document.removeEventListener('keydown', onKey);
    }, []);
    if (open === 'palette') return <Palette onClose={() => setOpen(null)} onKeys={() => setOpen('keys')} />;
    return open === 'keys' ? <Keys onClose={() => setOpen(null)} /> : null;
}
