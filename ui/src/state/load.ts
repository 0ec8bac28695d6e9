// Reading one thing from the server for one screen: loads when its key changes and after every sign-in, drops an answer that comes too late, keeps what was
// shown while it loads again.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { asProblem, isAbort } from '../api/client';
import type { Problem } from '../api/types';
import { signIns } from './session';

export interface Loaded<T> {
    value: T | null;
    problem: Problem | null;
    reload: () => void;
    set: (value: T) => void;
}

interface State<T> {
    key: string;
    value: T | null;
    problem: Problem | null;
}

export function useLoad<T>(key: string, load: (abort: AbortSignal) => Promise<T>): Loaded<T> {
    const [state, setState] = useState<State<T>>({ key, value: null, problem: null });
    const [round, setRound] = useState(0);
    const signIn = signIns.value;

    useEffect(() => {
        const abort = new AbortController();
        load(abort.signal).then(
            (value) => setState({ key, value, problem: null }),
            (reason: unknown) => {
                if (isAbort(reason)) return;
                const problem = asProblem(reason);
                setState((old) => ({ key, value: old.key === key ? old.value : null, problem }));
            },
        );
        return () => abort.abort();
    }, [key, round, signIn]);

    const reload = useCallback(() => setRound((old) => old + 1), []);
    const set = useCallback((value: T) => setState({ key, value, problem: null }), [key]);
    const mine = state.key === key;
    return { value: mine ? state.value : null, problem: mine ? state.problem : null, reload, set };
}
