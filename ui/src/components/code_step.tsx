// The second step of signing in: the code of the authenticator app, or a recovery code. What was typed before stays with the caller.
import { useState } from 'preact/hooks';
import { asProblem } from '../api/client';
import type { Problem } from '../api/types';
import { Field, faultOf } from './field';
import { ProblemCard } from './problem';

// Does the server ask for this step?
export const asksForCode = (problem: Problem) => problem.code === 'second-factor-needed';

export function CodeStep({ signIn, onBack }: { signIn: (code: string) => Promise<void>; onBack: () => void }) {
    const [code, setCode] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);

    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            await signIn(code);
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }
    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            {problem && problem.field !== 'code' && <ProblemCard problem={problem} live />}
            <Field
                name="code"
                label="Code of your authenticator app"
                hint="Without your phone: one of your recovery codes."
                autocomplete="one-time-code"
                value={code}
                onValue={setCode}
                fault={faultOf(problem, 'code')}
                required
                autofocus
                maxLength={40}
            />
            <div class="form-buttons">
                <button class="button button-main" disabled={busy}>
                    Sign in
                </button>
                <button type="button" class="button" onClick={onBack}>
                    Back
                </button>
            </div>
        </form>
    );
}
