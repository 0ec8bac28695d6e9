// A member's own name, e-mail and password: at the first sign-in, and later on the account page.
import { useState } from 'preact/hooks';
import { asProblem, patch } from '../api/client';
import type { Member, Problem, Session } from '../api/types';
import { session as current } from '../state/session';
import { Field, faultOf } from './field';
import { ProblemCard } from './problem';

interface MemberFormProps {
    session: Session;
    askCurrent: boolean;
    password: 'needed' | 'optional';
    button: string;
    onSaved?: () => void;
}

export function MemberForm({ session, askCurrent, password: passwordIs, button, onSaved }: MemberFormProps) {
    const { member } = session;
    const [name, setName] = useState(member.name);
    const [email, setEmail] = useState(member.email);
    const [password, setPassword] = useState('');
    const [currentPassword, setCurrentPassword] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const fields = ['name', 'email', 'password', 'current_password'];

    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        const secrets = { ...(password && { password }), ...(currentPassword && { current_password: currentPassword }) };
        try {
            const saved = await patch<Member>('/members/me', { name, email, ...secrets });
            setPassword('');
            setCurrentPassword('');
            setProblem(null);
            onSaved?.();
            current.value = { ...session, member: saved };
        } catch (reason) {
            setProblem(asProblem(reason));
        } finally {
            setBusy(false);
        }
    }

    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            {problem && !fields.includes(problem.field ?? '') && <ProblemCard problem={problem} live />}
            <Field name="name" label="Name" autocomplete="name" value={name} onValue={setName} fault={faultOf(problem, 'name')} required maxLength={120} />
            <Field name="email" label="E-mail" type="email" autocomplete="username" value={email} onValue={setEmail} fault={faultOf(problem, 'email')} required />
            <Field
                name="password"
                label={member.has_password ? 'New password' : 'Password'}
                type="password"
                autocomplete="new-password"
                hint="At least 12 characters. A few words in a row are good."
                value={password}
                onValue={setPassword}
                fault={faultOf(problem, 'password')}
                required={passwordIs === 'needed'}
            />
            {askCurrent && (
                <Field
                    name="current_password"
                    label="Current password"
                    type="password"
                    autocomplete="current-password"
                    value={currentPassword}
                    onValue={setCurrentPassword}
                    fault={faultOf(problem, 'current_password')}
                    required
                />
            )}
            <button class="button button-main" disabled={busy}>
                {button}
            </button>
        </form>
    );
}
