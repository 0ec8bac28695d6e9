// Connecting to Zendesk, and replacing what a connection signs in with: the form, the live connection test under it, the guide beside it. Everything typed is
// kept when the test fails; the secret lives in this component only and leaves with it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, get, isAbort } from '../api/client';
import { runChecked } from '../api/stream';
import type { Auth, Check, Connected, Credentials, Problem, ZendeskFacts } from '../api/types';
import { readDraft, writeDraft } from '../state/draft';
import { useLoad } from '../state/load';
import { Checklist } from './checklist';
import { Field, faultOf, focusField } from './field';
import { Guide } from './guide';
import { ProblemCard, type Acts } from './problem';

export interface Typed {
    auth: Auth;
    subdomain: string;
    email: string;
    api_token: string;
    client_id: string;
    client_secret: string;
}

interface CredentialFormProps {
    draft: string; // where the values that are no secrets survive a reload; empty: nowhere
    start: Partial<Typed>;
    path: string;
    button: string;
    onConnected: (answer: Connected) => void;
}

const nothing: Typed = { auth: 'oauth_client', subdomain: '', email: '', api_token: '', client_id: '', client_secret: '' };

function recall(draft: string): Partial<Typed> {
    const kept = draft === '' ? '' : readDraft(draft);
    return kept === '' ? {} : (JSON.parse(kept) as Partial<Typed>);
}

function keep(draft: string, { auth, subdomain, email, client_id }: Typed): void {
    if (draft !== '') writeDraft(draft, JSON.stringify({ auth, subdomain, email, client_id }));
}

function credentials(typed: Typed): Credentials {
    const { auth, subdomain, email, api_token, client_id, client_secret } = typed;
    return auth === 'api_token'
        ? { provider: 'zendesk', auth, subdomain, email, api_token }
        : { provider: 'zendesk', auth, subdomain, client_id, client_secret };
}

// The label of the account as far as it can be seen from what is typed; for the preview and the links only, the server decides.
export function subdomainOf(text: string): string | null {
    const name = text.trim().toLowerCase().replace(/\.zendesk\.com$/, '');
    return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) ? name : null;
}

function AuthChoice({ auth, onAuth }: { auth: Auth; onAuth: (auth: Auth) => void }) {
    const choices = [
        ['oauth_client', 'OAuth client'],
        ['api_token', 'API token'],
    ] as const;
    return (
        <fieldset class="field">
            <legend>Sign in with</legend>
            <div class="segments">
                {choices.map(([value, title]) => (
                    <label key={value} class="segment">
                        <input type="radio" name="auth" value={value} checked={auth === value} onChange={() => onAuth(value)} />
                        <span>{title}</span>
                    </label>
                ))}
            </div>
        </fieldset>
    );
}

interface InputsProps {
    typed: Typed;
    change: (part: Partial<Typed>) => void;
    problem: Problem | null;
}

function SubdomainField({ typed, change, problem }: InputsProps) {
    const name = subdomainOf(typed.subdomain);
    return (
        <Field
            name="subdomain"
            label="Zendesk subdomain"
            value={typed.subdomain}
            onValue={(subdomain) => change({ subdomain })}
            fault={faultOf(problem, 'subdomain')}
            onUseSuggestion={(subdomain) => change({ subdomain })}
            suffix=".zendesk.com"
            required
            hint={
                <span class="preview" data-preview>
                    {name ? `https://${name}.zendesk.com` : 'The part before .zendesk.com'}
                </span>
            }
        />
    );
}

function TokenFields({ typed, change, problem }: InputsProps) {
    return (
        <>
            <Field
                name="email"
                label="API e-mail"
                type="email"
                value={typed.email}
                onValue={(email) => change({ email })}
                fault={faultOf(problem, 'email')}
                onUseSuggestion={(email) => change({ email })}
                hint="The address of the team member the agent acts as."
                required
            />
            <Field
                name="api_token"
                label="API token"
                type="password"
                value={typed.api_token}
                onValue={(api_token) => change({ api_token })}
                fault={faultOf(problem, 'api_token')}
                hint="Sealed on this server; it is never shown again."
                required
            />
        </>
    );
}

function OauthFields({ typed, change, problem }: InputsProps) {
    return (
        <>
            <Field
                name="client_id"
                label="Client ID"
                value={typed.client_id}
                onValue={(client_id) => change({ client_id })}
                fault={faultOf(problem, 'client_id')}
                hint="Zendesk calls it the identifier of the OAuth client."
                required
            />
            <Field
                name="client_secret"
                label="Client secret"
                type="password"
                value={typed.client_secret}
                onValue={(client_secret) => change({ client_secret })}
                fault={faultOf(problem, 'client_secret')}
                hint="Sealed on this server; it is never shown again."
                required
            />
        </>
    );
}

const fields = ['subdomain', 'email', 'api_token', 'client_id', 'client_secret'];

export function CredentialForm({ draft, start, path, button, onConnected }: CredentialFormProps) {
    const [typed, setTyped] = useState<Typed>(() => ({ ...nothing, ...start, ...recall(draft) }));
    const [checks, setChecks] = useState<Check[]>([]);
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const facts = useLoad('zendesk', (abort) => get<ZendeskFacts>('/zendesk', abort));
    const leaving = useRef(new AbortController());
    useEffect(() => () => leaving.current.abort(), []);

    // A fault goes away when what was at fault changes; the test of another way to sign in says nothing about this one.
    function change(part: Partial<Typed>) {
        const next = { ...typed, ...part };
        setTyped(next);
        keep(draft, next);
        if (part.auth || (problem?.field && problem.field in part)) setProblem(null);
        if (part.auth) setChecks([]);
    }

    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        setProblem(null);
        setChecks([]);
        try {
            const onCheck = (check: Check) => setChecks((old) => [...old.filter(({ step }) => step !== check.step), check]);
            const answer = await runChecked<Connected>(path, credentials(typed), onCheck, leaving.current.signal);
            if (draft !== '') writeDraft(draft, '');
            onConnected(answer);
        } catch (reason) {
            if (isAbort(reason)) return;
            const refused = asProblem(reason);
            setProblem(refused);
            if (refused.checks) setChecks(refused.checks);
            setBusy(false);
            if (refused.field) focusField(refused.field);
        }
    }

    const acts: Acts = { 'switch-to-oauth': () => change({ auth: 'oauth_client' }), 'edit-connection': () => focusField(problem?.field ?? 'subdomain') };
    for (const name of fields) acts[name] = () => focusField(name);
    if (problem?.field && problem.suggestion) acts['use-suggestion'] = () => change({ [problem.field as string]: problem.suggestion });
    const failedStep = checks.some((check) => check.problem && check.status === 'failed');
    const isAtField = problem !== null && fields.includes(problem.field ?? '');
    const inputs = { typed, change, problem: failedStep && problem ? { ...problem, detail: '', actions: null } : problem };

    return (
        <div class="connect">
            <div>
                <form class="form" aria-label="Connect Zendesk" onSubmit={(event) => void submit(event)}>
                    <AuthChoice auth={typed.auth} onAuth={(auth) => change({ auth })} />
                    <SubdomainField {...inputs} />
                    {typed.auth === 'api_token' ? <TokenFields {...inputs} /> : <OauthFields {...inputs} />}
                    {problem && !failedStep && !isAtField && <ProblemCard problem={problem} acts={acts} live />}
                    <button class="button button-main" disabled={busy}>
                        {button}
                    </button>
                </form>
                <div role="status" class="unseen">
                    {busy ? 'Testing the connection' : problem && (failedStep || isAtField) ? `${problem.title}. ${problem.detail}` : ''}
                </div>
                {(busy || checks.length > 0) && (
                    <section class="test" aria-labelledby="test-title">
                        <h2 id="test-title">{busy ? 'Testing the connection' : 'Not connected: nothing was stored'}</h2>
                        <Checklist checks={checks} running={busy} acts={acts} />
                    </section>
                )}
            </div>
            {(facts.value || facts.problem) && (
                <Guide auth={typed.auth} subdomain={subdomainOf(typed.subdomain)} facts={facts.value} onOauth={() => change({ auth: 'oauth_client' })} />
            )}
        </div>
    );
}
