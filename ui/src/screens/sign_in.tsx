// By the one-time link (/sign-in#TOKEN) or by password. The token leaves the address bar before anything else happens, so that it stays in no history; a fragment
// is never sent to a server.
import { useEffect, useState } from 'preact/hooks';
import { asProblem } from '../api/client';
import type { Problem } from '../api/types';
import { asksForCode, CodeStep } from '../components/code_step';
import { PasswordForm } from '../components/password_form';
import { ProblemCard } from '../components/problem';
import { Wordmark } from '../components/shell';
import { navigate, place } from '../router';
import { signInByLink } from '../state/session';

function takeToken(): string {
    const token = location.hash.slice(1);
    if (token !== '') history.replaceState(null, '', location.pathname);
    return token;
}

export function SignInScreen() {
    const [token] = useState(takeToken);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [wantsCode, setWantsCode] = useState(false);
    const waiting = token !== '' && !problem && !wantsCode;

    async function signIn(code?: string) {
        const { member } = await signInByLink(token, code);
        navigate(member.has_password ? '/account?new-password' : '/agents', true);
    }

    async function follow() {
        try {
            await signIn();
        } catch (reason) {
            const refusal = asProblem(reason);
            setWantsCode(asksForCode(refusal));
            setProblem(asksForCode(refusal) ? null : refusal);
        }
    }
    useEffect(() => {
        document.title = 'Sign in - ChatCrafterAI';
        if (token !== '') void follow();
    }, []);

    const afterwards = () => {
        if (place.peek().path === '/sign-in') navigate('/agents', true);
    };
    return (
        <main class="door">
            <Wordmark />
            <h1>{waiting ? 'Signing in' : 'Sign in'}</h1>
            {problem && <ProblemCard problem={problem} live />}
            {wantsCode && <CodeStep signIn={signIn} onBack={() => setWantsCode(false)} />}
            {!waiting && !wantsCode && (
                <>
                    <PasswordForm email="" onSignedIn={afterwards} />
                    <p class="hint">
                        Without a password, make a one-time link on the server: <code>chatcrafter setup</code> for the owner,{' '}
                        <code>chatcrafter member reset-password EMAIL</code> for others.
                    </p>
                </>
            )}
        </main>
    );
}
