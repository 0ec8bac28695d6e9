import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../api/types';
import { place } from '../router';
import { signOut } from '../state/session';
import { setTheme, theme, themes, type Theme } from '../state/theme';
import { Icon } from './icon';

const themeNames: Record<Theme, string> = { light: 'Light', dark: 'Dark', auto: 'Auto' };

export function ThemeChoice() {
    return (
        <fieldset class="segments">
            <legend class="unseen">Theme</legend>
            {themes.map((choice) => (
                <label key={choice} class="segment">
                    <input type="radio" name="theme" value={choice} checked={theme.value === choice} onChange={() => setTheme(choice)} />
                    <span>{themeNames[choice]}</span>
                </label>
            ))}
        </fieldset>
    );
}

// A disclosure, not an ARIA menu: its content is a link, a group of radio buttons and a button, each reached by Tab.
export function AccountMenu({ session }: { session: Session }) {
    const menuRef = useRef<HTMLDetailsElement>(null);
    const { path } = place.value;
    const { member, workspace } = session;

    useEffect(() => {
        const close = (event: Event) => {
            const menu = menuRef.current;
            if (!menu?.open) return;
            const leaves = event instanceof KeyboardEvent ? event.key === 'Escape' : !menu.contains(event.target as Node);
            if (!leaves) return;
            menu.open = false;
            if (event instanceof KeyboardEvent) menu.querySelector('summary')?.focus();
        };
        document.addEventListener('pointerdown', close);
        document.addEventListener('keydown', close);
        return () => {
            document.removeEventListener('pointerdown', close);
            document.removeEventListener('keydown', close);
        };
    }, []);
    useEffect(() => {
        if (menuRef.current) menuRef.current.open = false;
    }, [path]);

    return (
        <details class="account" ref={menuRef}>
            <summary>
                <span class="avatar" aria-hidden="true">
                    {(member.name || member.email).charAt(0).toUpperCase()}
                </span>
                <span class="account-words">
                    <span class="account-name" dir="auto">
                        {member.name || member.email}
                    </span>
                    <span class="account-workspace">{workspace.name}</span>
                </span>
                <Icon name="chevron" />
            </summary>
            <div class="account-panel">
                <p class="account-mail">{member.email}</p>
                <ThemeChoice />
                <a class="account-item" href="/account">
                    Your account
                </a>
                <a class="account-item" href="/assets/licences.txt" target="_blank" rel="noreferrer">
                    Licences
                </a>
                <button type="button" class="account-item" onClick={() => void signOut()}>
                    Sign out
                </button>
            </div>
        </details>
    );
}
