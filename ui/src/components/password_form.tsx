import { useState } from 'preact/hooks';
import { asProblem } from '../api/client';
import type { Problem } from '../api/types';
import { signInByPassword } from '../state/session';
import { asksForCode, CodeStep } from './code_step';
import { Field, faultOf } from './field';
import { ProblemCard } from './problem';

export function PasswordForm({ email: known, onSignedIn }: { email: string; onSignedIn: () => void }) {
    const [email, setEmail] = useState(known);
    const [password, setPassword] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [wantsCode, setWantsCode] = useState(false);

    async function signIn(code?: string) {
        await signInByPassword(email, password, code);
        onSignedIn();
    }

    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            await signIn();
        } catch (reason) {
            const refusal = asProblem(reason);
            setWantsCode(asksForCode(refusal));
            setProblem(asksForCode(refusal) ? null : refusal);
            setBusy(false);
        }
    }

    if (wantsCode) return <CodeStep signIn={signIn} onBack={() => setWantsCode(false)} />;

    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            {problem && <ProblemCard problem={problem} live />}
            <Field name="email" label="E-mail" type="email" autocomplete="username" value={email} onValue={setEmail} fault={faultOf(problem, 'email')} required />
            <Field
                name="password"
                label="Password"
                type="password"
                autocomplete="current-password"
                autofocus={known !== ''}
                value={password}
                onValue={setPassword}
                fault={faultOf(problem, 'password')}
                required
            />
            <button class="button button-main" disabled={busy}>
                Sign in
            </button>
        </form>
    );
}
