// Deciding about a request: each dialog says what its button does before it does it.
import { useState } from 'preact/hooks';
import { asProblem, post } from '../api/client';
import type { Problem, RequestRow } from '../api/types';
import { Dialog } from './dialog';
import { faultOf, Field } from './field';
import { ProblemCard } from './problem';

interface DecisionProps {
    request: RequestRow;
    onClose: () => void;
    onDone: (said: string) => void;
}

interface SettledRow extends RequestRow {
    ticket: { id: number; subject: string | null; requester: string | null };
}

const named = ({ reference, title }: RequestRow): string => reference ?? title;

export function SettleDialog({ request, onClose, onDone }: DecisionProps) {
    const [ticket, setTicket] = useState(request.ticket_id === null ? '' : String(request.ticket_id));
    const [problem, setProblem] = useState<Problem | null>(null);
    const [busy, setBusy] = useState(false);
    const number = /^\s*#?(\d{1,15})\s*$/.exec(ticket)?.[1];

    async function settle(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            const { ticket: found } = await post<SettledRow>(`/requests/${request.action}/settle`, { ticket_id: Number(number) });
            onDone(`${named(request)} is settled with ticket #${found.id}: ${found.subject ?? 'no subject'}${found.requester ? `, requested by ${found.requester}` : ''}.`);
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }

    const fault = faultOf(problem, 'ticket_id');
    return (
        <Dialog title={`Mark ${named(request)} as done`} onClose={onClose}>
            <form onSubmit={(event) => void settle(event)}>
                <p>The ticket is looked at in Zendesk. Then the conversation is told its number, and nothing is sent any more.</p>
                <Field name="ticket_id" label="Ticket number" value={ticket} onValue={setTicket} fault={fault} autofocus required />
                {problem && !fault && <ProblemCard problem={problem} live />}
                <div class="form-buttons">
                    <button type="submit" class="button button-main" disabled={busy || !number}>
                        Mark as done
                    </button>
                    <button type="button" class="button" onClick={onClose}>
                        Leave it
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

export function DropDialog({ request, onClose, onDone }: DecisionProps) {
    const [reason, setReason] = useState('');
    const [problem, setProblem] = useState<Problem | null>(null);
    const [busy, setBusy] = useState(false);

    async function drop(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            await post(`/requests/${request.action}/drop`, { reason });
            onDone(`${named(request)} is dropped. Its conversation has been told.`);
        } catch (refusal) {
            setProblem(asProblem(refusal));
            setBusy(false);
        }
    }

    const fault = faultOf(problem, 'reason');
    return (
        <Dialog title={`Drop ${named(request)}`} onClose={onClose}>
            <form onSubmit={(event) => void drop(event)}>
                <p>Nothing of it is sent any more. {request.was_sent && 'It was sent before, so look in Zendesk first: it may have been carried out.'}</p>
                <Field name="reason" label="Reason" value={reason} onValue={setReason} fault={fault} hint="Whoever asked for it reads these words." maxLength={120} autofocus required />
                {problem && !fault && <ProblemCard problem={problem} live />}
                <div class="form-buttons">
                    <button type="submit" class="button button-danger" disabled={busy || reason.trim() === ''}>
                        Drop request
                    </button>
                    <button type="button" class="button" onClick={onClose}>
                        Keep request
                    </button>
                </div>
            </form>
        </Dialog>
    );
}
