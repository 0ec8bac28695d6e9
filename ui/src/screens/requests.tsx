// What waits for Zendesk, what needs a person, and what failed: why, since when, when it is tried next, and what can be done about it.
import { useState } from 'preact/hooks';
import { asProblem, get, post } from '../api/client';
import type { List, Problem, RequestRow } from '../api/types';
import { DropDialog, SettleDialog } from '../components/request_dialogs';
import { Empty, Skeleton } from '../components/empty';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { ProblemCard } from '../components/problem';
import { RequestBadge } from '../components/status';
import { Ago } from '../components/time';
import { count } from '../format';
import { useLoad } from '../state/load';
import { refreshRequests, requests, requestsProblem } from '../state/requests';
import { session } from '../state/session';

type Decision = 'settle' | 'drop';

function Facts({ request }: { request: RequestRow }) {
    return (
        <dl class="facts">
            {request.customer && (
                <>
                    <dt>Customer</dt>
                    <dd dir="auto">{request.customer}</dd>
                </>
            )}
            {request.ticket_id !== null && (
                <>
                    <dt>Ticket</dt>
                    <dd>#{request.ticket_id}</dd>
                </>
            )}
            <dt>Agent</dt>
            <dd dir="auto">{request.agent ?? 'deleted agent'}</dd>
            <dt>Since</dt>
            <dd>
                <Ago time={request.created_at} />, {count(request.attempts, 'try', 'tries')}
            </dd>
            {request.due_at && (
                <>
                    <dt>Next try</dt>
                    <dd>{Date.parse(request.due_at) <= Date.now() + 5000 ? 'now' : <Ago time={request.due_at} />}</dd>
                </>
            )}
        </dl>
    );
}

interface CardProps {
    request: RequestRow;
    onDecide: ((decision: Decision) => void) | null; // null: it is over, or the member may only look
    onRetry: () => void;
}

function RequestCard({ request, onDecide, onRetry }: CardProps) {
    const { reference, title, matter, conversation, problem } = request;
    return (
        <li class="card" data-request={reference} data-state={request.state}>
            <div class="card-head">
                <h3>
                    {reference && <span class="reference">{reference} </span>}
                    {title}
                </h3>
                <RequestBadge state={request.state} />
            </div>
            {matter && <p dir="auto">{matter}</p>}
            <Facts request={request} />
            {problem && <ProblemCard problem={problem} tone={request.state === 'ready' ? 'warn' : 'bad'} />}
            <div class="form-buttons">
                {onDecide && (
                    <>
                        <button type="button" class="button button-small" onClick={onRetry} title="What was sent before is looked for in Zendesk first">
                            Try again now
                        </button>
                        <button type="button" class="button button-small" onClick={() => onDecide('settle')}>
                            Mark as done
                        </button>
                        <button type="button" class="button button-small" onClick={() => onDecide('drop')}>
                            Drop
                        </button>
                    </>
                )}
                {conversation && (
                    <a class="link" href={`/chatlab/${conversation}`}>
                        Open conversation
                    </a>
                )}
            </div>
        </li>
    );
}

interface GroupProps {
    heading: string;
    list: RequestRow[];
    onDecide: ((request: RequestRow, decision: Decision) => void) | null;
    onRetry: (request: RequestRow) => void;
}

function Group({ heading, list, onDecide, onRetry }: GroupProps) {
    if (list.length === 0) return null;
    return (
        <section>
            <h2>
                {heading} <span class="muted">{list.length}</span>
            </h2>
            <ul class="cards">
                {list.map((request) => (
                    <RequestCard key={request.action} request={request} onDecide={onDecide && ((decision) => onDecide(request, decision))} onRetry={() => onRetry(request)} />
                ))}
            </ul>
        </section>
    );
}

export function RequestsScreen() {
    const failed = useLoad('failed', (abort) => get<List<RequestRow>>('/requests?status=failed&limit=20', abort));
    const [chosen, setChosen] = useState<{ request: RequestRow; decision: Decision } | null>(null);
    const [said, setSaid] = useState('');
    const [problem, setProblem] = useState<Problem | null>(null);
    const mayDecide = session.value?.member.role !== 'viewer';
    const open = requests.value;

    async function settled(words: string) {
        setChosen(null);
        setProblem(null);
        setSaid(words);
        failed.reload();
        await refreshRequests();
    }

    async function retry(request: RequestRow) {
        try {
            await post(`/requests/${request.action}/retry`, {});
            await settled(`${request.reference ?? request.title} is tried again now.`);
        } catch (reason) {
            setSaid('');
            setProblem(asProblem(reason));
        }
    }

    const decide = mayDecide ? (request: RequestRow, decision: Decision) => setChosen({ request, decision }) : null;
    const again = (request: RequestRow) => void retry(request);
    const over = failed.value?.items ?? [];
    return (
        <Page title="Requests" lead="Confirmed requests that Zendesk has not carried out. Each is sent by itself when it can be; one that nobody can tell about needs a person.">
            <p role="status" class={said ? 'notice notice-ok' : 'unseen'}>
                {said && <Icon name="checkCircle" />}
                {said}
            </p>
            {problem && <ProblemCard problem={problem} live />}
            {requestsProblem.value && <ProblemCard problem={requestsProblem.value} />}
            {!open && !requestsProblem.value && <Skeleton lines={4} />}
            {open && <Group heading="Needs a person" list={open.filter(({ state }) => state === 'needs_human')} onDecide={decide} onRetry={again} />}
            {open && <Group heading="Waiting" list={open.filter(({ state }) => state !== 'needs_human')} onDecide={decide} onRetry={again} />}
            {open?.length === 0 && over.length === 0 && (
                <Empty title="Nothing waits" step={null}>
                    Every confirmed request has been carried out.
                </Empty>
            )}
            <Group heading="Failed" list={over} onDecide={null} onRetry={again} />
            {chosen?.decision === 'settle' && <SettleDialog request={chosen.request} onClose={() => setChosen(null)} onDone={(words) => void settled(words)} />}
            {chosen?.decision === 'drop' && <DropDialog request={chosen.request} onClose={() => setChosen(null)} onDone={(words) => void settled(words)} />}
        </Page>
    );
}
