// A list that comes in pages: the first when the screen opens or its path changes, the others when they are asked for.
import { useEffect, useState } from 'preact/hooks';
import { asProblem, get, isAbort } from '../api/client';
import type { List, Problem } from '../api/types';
import { signIns } from './session';

export interface Pages<T> {
    items: T[] | null; // null until the first answer
    problem: Problem | null;
    more: (() => void) | null; // null: this is all
    reload: () => void;
}

interface State<T> {
    path: string;
    items: T[] | null;
    cursor: string | null;
    problem: Problem | null;
}

export const withCursor = (path: string, cursor: string) => `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;

export function usePages<T>(path: string): Pages<T> {
    const [state, setState] = useState<State<T>>({ path, items: null, cursor: null, problem: null });
    const [round, setRound] = useState(0);
    const signIn = signIns.value;

    useEffect(() => {
        const abort = new AbortController();
        get<List<T>>(path, abort.signal).then(
            ({ items, next_cursor }) => setState({ path, items, cursor: next_cursor, problem: null }),
            (reason: unknown) => {
                if (isAbort(reason)) return;
                const problem = asProblem(reason);
                setState((old) => ({ path, items: old.path === path ? old.items : null, cursor: null, problem }));
            },
        );
        return () => abort.abort();
    }, [path, round, signIn]);

    const mine = state.path === path;
    const { cursor } = state;
    async function load(from: string) {
        try {
            const { items, next_cursor } = await get<List<T>>(withCursor(path, from));
            setState((old) => (old.path === path && old.cursor === from ? { ...old, items: [...(old.items ?? []), ...items], cursor: next_cursor, problem: null } : old));
        } catch (reason) {
            const problem = asProblem(reason);
            setState((old) => ({ ...old, problem }));
        }
    }
    return {
        items: mine ? state.items : null,
        problem: mine ? state.problem : null,
        more: mine && cursor !== null ? () => void load(cursor) : null,
        reload: () => setRound((old) => old + 1),
    };
}
