// One action in Zendesk, as a card in the thread: what is asked, what came back, how long it took. While it is proposed it shows exactly what will be sent and
// takes the yes.
import { useRef } from 'preact/hooks';
import type { Action, Json } from '../api/types';
import { count, duration, label, plain, told } from '../format';
import { Body, CallLine } from './calls';
import { Icon } from './icon';
import { ProblemCard, type Acts } from './problem';
import { ActionBadge } from './status';

interface ActionCardProps {
    action: Action;
    account: string;
    marks: string; // the tags that every ticket of this chat gets
    busy: boolean;
    isReplaced: boolean; // another one came in its place
    acts: Acts;
    onConfirm: () => void;
    onCancel: () => void;
    onEdit: () => void;
}

function Members({ of }: { of: Record<string, Json> }) {
    return (
        <dl class="members">
            {told(of).map(([name, value]) => (
                <div key={name}>
                    <dt>{label(name)}</dt>
                    <dd dir="auto">{plain(value, name)}</dd>
                </div>
            ))}
        </dl>
    );
}

function TicketLink({ action }: { action: Action }) {
    const { id, url } = action.result ?? {};
    if (typeof url !== 'string' || !/^https?:\/\//.test(url)) return null;
    return (
        <a class="link" href={url} target="_blank" rel="noreferrer">
            Open ticket {typeof id === 'number' || typeof id === 'string' ? `#${id}` : ''}
            <Icon name="external" />
        </a>
    );
}

// A dry run's answer: the request as it would go out.
function WouldSend({ action }: { action: Action }) {
    const request = action.result?.['would_send'];
    if (typeof request !== 'object' || request === null || Array.isArray(request)) return null;
    return (
        <details class="fold">
            <summary>What would be sent</summary>
            <p class="call-what">
                <b>{request['method']}</b> {request['path']}
            </p>
            <Body title="Request" body={request['body'] ?? null} />
        </details>
    );
}

function Question({ action, account, marks, busy, onConfirm, onCancel, onEdit }: Omit<ActionCardProps, 'acts'>) {
    return (
        <div class="question">
            <p>
                {action.dry_run ? 'Dry run: this is shown and not sent.' : `Exactly this is sent to ${account} when you confirm.`}
                {!action.dry_run && action.name === 'create_ticket' && ` The ticket also carries ${marks}.`}
            </p>
            <div class="form-buttons">
                <button type="button" class="button button-main" disabled={busy} onClick={onConfirm}>
                    Confirm
                </button>
                <button type="button" class="button" disabled={busy} onClick={onEdit}>
                    Edit
                </button>
                <button type="button" class="button" disabled={busy} onClick={onCancel}>
                    Cancel
                </button>
            </div>
        </div>
    );
}

export function ActionCard(props: ActionCardProps) {
    const { action, acts } = props;
    const callsRef = useRef<HTMLDetailsElement>(null);
    const { calls, problem, reference } = action;
    const total = calls.reduce((sum, { ms }) => sum + ms, 0);
    const showRequest = () => {
        if (callsRef.current) callsRef.current.open = true;
        callsRef.current?.querySelector('summary')?.focus();
    };
    return (
        <article class={`action action-${action.status}`} aria-label={action.title} data-action={action.id} data-status={action.status}>
            <header class="action-head">
                <Icon name="ticket" />
                <h2>{action.title}</h2>
                {action.dry_run && <span class="badge badge-accent">Dry run</span>}
                {reference && <span class="mono">{reference}</span>}
                <ActionBadge status={action.status} dryRun={action.dry_run} isReplaced={props.isReplaced} />
            </header>
            <Members of={action.arguments} />
            {action.status === 'proposed' && <Question {...props} />}
            {problem && <ProblemCard problem={problem} tone={action.status === 'waiting' ? 'warn' : 'bad'} acts={{ ...acts, 'show-request': showRequest }} />}
            <TicketLink action={action} />
            {action.result && action.status === 'done' && !action.dry_run && (
                <details class="fold">
                    <summary>What came back</summary>
                    <Members of={action.result} />
                </details>
            )}
            <WouldSend action={action} />
            {calls.length > 0 && (
                <details class="fold" ref={callsRef}>
                    <summary>
                        {count(calls.length, 'request', 'requests')} to Zendesk, {duration(total)}
                    </summary>
                    {calls.map((call) => (
                        <CallLine key={call.id} call={call} showTime={false} />
                    ))}
                </details>
            )}
        </article>
    );
}
