// Paths to screens. Links are plain <a href>: one listener takes the clicks on those of the console, so that opening in a new tab, copying and dragging work as
// anywhere.
import { signal } from '@preact/signals';

export interface Place {
    path: string;
    query: URLSearchParams;
}

function here(): Place {
    return { path: location.pathname, query: new URLSearchParams(location.search) };
}

export const place = signal<Place>(here());
export const moves = signal(0); // 0 until the first move: the first page keeps the browser's own focus

const notTheConsole = /^\/(api|assets|problems|metrics|openapi\.json|livez|readyz|version)(\/|$)/;

// The address of a screen on which something is typed and not saved; null: nothing would be lost. A move is then held until the person has said so.
export const guard = signal<string | null>(null);
export const held = signal<string | null>(null); // where the person wanted to go

export function leave(): void {
    const to = held.value;
    guard.value = null;
    held.value = null;
    if (to !== null) navigate(to);
}

export function navigate(to: string, replace = false): void {
    if (guard.value !== null && !replace) {
        held.value = to;
        return;
    }
    if (replace) history.replaceState(null, '', to);
    else history.pushState(null, '', to);
    place.value = here();
    moves.value++;
    if (!replace) scrollTo(0, 0);
}

function onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target !== '' || link.origin !== location.origin || notTheConsole.test(link.pathname)) return;
    if (link.pathname === location.pathname && link.hash !== '') return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
}

export function startRouter(): void {
    document.addEventListener('click', onClick);
    addEventListener('popstate', () => {
        if (guard.value !== null) {
            held.value = location.pathname + location.search;
            history.pushState(null, '', guard.value); // the page stays, and so does its address
            return;
        }
        place.value = here();
        moves.value++;
    });
    addEventListener('beforeunload', (event) => {
        if (guard.value !== null) event.preventDefault();
    });
}

export type Params = Record<string, string>;

function decoded(part: string): string | null {
    try {
        return decodeURIComponent(part);
    } catch {
        return null;
    }
}

// "/agents/:agent" against "/agents/agt_1": {agent: "agt_1"}; null when it does not fit.
export function match(pattern: string, path: string): Params | null {
    const wanted = pattern.split('/');
    const given = path.replace(/(.)\/$/, '$1').split('/');
    if (wanted.length !== given.length) return null;
    const params: Params = {};
    for (const [index, part] of wanted.entries()) {
        const value = decoded(given[index] ?? '');
        if (value === null || (!part.startsWith(':') && part !== value)) return null;
        if (part.startsWith(':')) params[part.slice(1)] = value;
    }
    return params;
}
