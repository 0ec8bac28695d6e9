// Light, dark, or as the system says. The choice is a cookie, so that the server can put it on <html> before the first paint.
import { signal } from '@preact/signals';

export type Theme = 'light' | 'dark' | 'auto';
export const themes: readonly Theme[] = ['light', 'dark', 'auto'];

const oneYearSeconds = 365 * 24 * 3600;

function current(): Theme {
    const value = document.documentElement.dataset['theme'];
    return value === 'light' || value === 'dark' ? value : 'auto';
}

export const theme = signal<Theme>(current());

export function setTheme(choice: Theme): void {
    theme.value = choice;
    document.documentElement.dataset['theme'] = choice;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `theme=${choice}; Path=/; Max-Age=${oneYearSeconds}; SameSite=Lax${secure}`;
}
