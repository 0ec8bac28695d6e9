// The own authenticator app: a QR code, a first code that confirms it, and the recovery codes, shown once. While it stands, a code of it changes or removes it.
import { useState } from 'preact/hooks';
import { encode } from 'uqr';
import { asProblem, get, post, send } from '../api/client';
import type { FactorBegun, Problem, RecoveryCodes, SecondFactor as Factor } from '../api/types';
import { useLoad } from '../state/load';
import { loadSession, session } from '../state/session';
import { Loading } from './agent_frame';
import { Copy } from './copy';
import { Field, faultOf } from './field';
import { ProblemCard } from './problem';
import { ShownOnce } from './shown_once';
import { Ago } from './time';

const base = '/members/me/second-factor';

// One path of unit squares: nothing that a content policy could refuse.
function QrCode({ text }: { text: string }) {
    const { data, size } = encode(text, { ecc: 'M', border: 4 });
    const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
    return (
        <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="QR code for the authenticator app" shape-rendering="crispEdges">
            <rect width={size} height={size} fill="#fff" />
            <path d={squares} fill="#000" />
        </svg>
    );
}

interface CodeFormProps {
    label: string;
    hint: string;
    buttons: { words: string; act: (code: string) => Promise<void> }[];
    onCancel?: () => void;
}

function CodeForm({ label, hint, buttons, onCancel }: CodeFormProps) {
    const [code, setCode] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    async function run(act: (code: string) => Promise<void>) {
        setBusy(true);
        try {
            await act(code);
        } catch (reason) {
            setProblem(asProblem(reason));
        } finally {
            setBusy(false);
        }
    }
    const [first] = buttons;
    return (
        <form
            class="form"
            onSubmit={(event) => {
                event.preventDefault();
                if (first) void run(first.act);
            }}
        >
            {problem && problem.field !== 'code' && <ProblemCard problem={problem} live />}
            <Field name="code" label={label} hint={hint} autocomplete="one-time-code" value={code} onValue={setCode} fault={faultOf(problem, 'code')} required maxLength={40} />
            <div class="form-buttons">
                {buttons.map(({ words, act }, index) => (
                    <button key={words} type={index === 0 ? 'submit' : 'button'} class={index === 0 ? 'button button-main' : 'button'} disabled={busy} onClick={index === 0 ? undefined : () => void run(act)}>
                        {words}
                    </button>
                ))}
                {onCancel && (
                    <button type="button" class="button" onClick={onCancel}>
                        Cancel
                    </button>
                )}
            </div>
        </form>
    );
}

function BeginForm({ onBegun }: { onBegun: (begun: FactorBegun) => void }) {
    const [password, setPassword] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            onBegun(await post<FactorBegun>(base, password === '' ? {} : { current_password: password }));
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }
    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            {problem && problem.field !== 'current_password' && <ProblemCard problem={problem} live />}
            <Field
                name="factor_password"
                label="Password, to set up the app"
                type="password"
                autocomplete="current-password"
                value={password}
                onValue={setPassword}
                fault={faultOf(problem, 'current_password')}
            />
            <button class="button" disabled={busy}>
                Set up an authenticator app
            </button>
        </form>
    );
}

function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
    const text = codes.join('\n');
    return (
        <>
            <p>Keep these recovery codes where your phone is not. Each lets you in once when the app is lost; they are not shown again.</p>
            <div class="shown-once">
                <div class="shown-once-line">
                    <pre class="codes">{text}</pre>
                    <Copy text={text} what="the codes" />
                </div>
            </div>
            <button type="button" class="button button-main" onClick={onDone}>
                I kept them
            </button>
        </>
    );
}

export function SecondFactor() {
    const loaded = useLoad('second-factor', (abort) => get<Factor>(base, abort));
    const [begun, setBegun] = useState<FactorBegun | null>(null);
    const [codes, setCodes] = useState<string[] | null>(null);
    const [changing, setChanging] = useState(false);

    const show = async (answer: Promise<RecoveryCodes>) => {
        setCodes((await answer).recovery_codes);
        setBegun(null);
    };
    const done = () => {
        setCodes(null);
        setChanging(false);
        loaded.reload();
        void loadSession();
    };
    const remove = async (code: string) => {
        await send({ method: 'POST', path: `${base}/remove`, body: { code } });
        done();
    };

    function body(factor: Factor) {
        if (codes) return <Codes codes={codes} onDone={done} />;
        if (begun) {
            return (
                <>
                    <p>Scan this with an authenticator app, then type the code that it shows.</p>
                    <QrCode text={begun.uri} />
                    <ShownOnce what="the secret" text={begun.secret} note="For an app that cannot scan: the secret in letters." />
                    <CodeForm
                        label="Code"
                        hint="Six digits."
                        buttons={[{ words: 'Confirm', act: (code) => show(post<RecoveryCodes>(`${base}/confirm`, { code })) }]}
                        onCancel={() => setBegun(null)}
                    />
                </>
            );
        }
        if (!factor.enabled) {
            return (
                <>
                    <p>Signing in then asks for a code of your phone as well. Set it up, and a stolen password alone lets nobody in.</p>
                    <BeginForm onBegun={setBegun} />
                </>
            );
        }
        return (
            <>
                <p>
                    An authenticator app is set up, since {factor.enabled_at && <Ago time={factor.enabled_at} />}. Recovery codes left: {factor.recovery_codes_left}.
                </p>
                {changing ? (
                    <CodeForm
                        label="Code of the app"
                        hint="Or one of your recovery codes."
                        buttons={[
                            { words: 'Make new recovery codes', act: (code) => show(post<RecoveryCodes>(`${base}/recovery-codes`, { code })) },
                            { words: 'Remove the app', act: remove },
                        ]}
                        onCancel={() => setChanging(false)}
                    />
                ) : (
                    <button type="button" class="button" onClick={() => setChanging(true)}>
                        Change or remove
                    </button>
                )}
            </>
        );
    }

    if (!session.value) return null;
    return (
        <section aria-labelledby="factor-title" class="section">
            <h2 id="factor-title">Second factor</h2>
            <Loading loaded={loaded} lines={2}>
                {body}
            </Loading>
        </section>
    );
}
