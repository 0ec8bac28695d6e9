// Who is signed in. `session` is undefined until the first answer, null for nobody. When it ends while somebody works, the screens stay as they are and a
// dialog asks for the password (`expired`): nothing that was typed is lost. `signIns` grows with every sign-in, for lists that loaded too early.
import { signal } from '@preact/signals';
import { get, post, ProblemError, remove, whenSessionEnds } from '../api/client';
import type { Session } from '../api/types';

export const session = signal<Session | null | undefined>(undefined);
export const expired = signal(false);
export const signIns = signal(0);

whenSessionEnds(() => {
    if (session.value) expired.value = true;
});

function signedIn(answer: Session): Session {
    session.value = answer;
    expired.value = false;
    signIns.value++;
    return answer;
}

// Throws only what is not a refusal to say who we are.
export async function loadSession(): Promise<void> {
    try {
        signedIn(await get<Session>('/session'));
    } catch (reason) {
        if (!(reason instanceof ProblemError) || reason.problem.status !== 401) throw reason;
        session.value = null;
    }
}

// `code` is of the second factor; the server says when it wants one.
export async function signInByPassword(email: string, password: string, code?: string): Promise<Session> {
    return signedIn(await post<Session>('/session', { email, password, ...(code && { code }) }));
}

export async function signInByLink(token: string, code?: string): Promise<Session> {
    return signedIn(await post<Session>('/session/link', { token, ...(code && { code }) }));
}

export async function signOut(): Promise<void> {
    await remove('/session');
    session.value = null;
    sessionStorage.clear();
}
