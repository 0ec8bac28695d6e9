// What can be done with a whole conversation: taken away as a file, erased.
import { useState } from 'preact/hooks';
import { asProblem, get, remove } from '../api/client';
import type { Conversation, Problem } from '../api/types';
import { navigate } from '../router';
import { save } from '../state/export';
import { session } from '../state/session';
import { Dialog } from './dialog';
import { ProblemCard } from './problem';

function EraseDialog({ id, onClose }: { id: string; onClose: () => void }) {
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    async function erase() {
        setBusy(true);
        try {
            await remove(`/conversations/${id}`);
            navigate('/conversations');
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }
    return (
        <Dialog title="Erase this conversation" onClose={onClose}>
            <p>Its messages, actions and receipts are deleted here and cannot be brought back. Tickets that were made stay in Zendesk.</p>
            {problem && <ProblemCard problem={problem} live />}
            <div class="form-buttons">
                <button type="button" class="button button-danger" disabled={busy} onClick={() => void erase()}>
                    Erase conversation
                </button>
                <button type="button" class="button" autofocus onClick={onClose}>
                    Keep it
                </button>
            </div>
        </Dialog>
    );
}

export function ConversationActs({ id }: { id: string }) {
    const [isErasing, setErasing] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const mayErase = ['admin', 'owner'].includes(session.value?.member.role ?? '');
    async function take() {
        try {
            save(`${id}.json`, 'application/json', JSON.stringify(await get<Conversation>(`/conversations/${id}`), null, 2));
            setProblem(null);
        } catch (reason) {
            setProblem(asProblem(reason));
        }
    }
    return (
        <section class="run" aria-labelledby="whole-title">
            <h2 id="whole-title">This conversation</h2>
            <div class="button-row">
                <button type="button" class="button button-small" onClick={() => void take()}>
                    Export JSON
                </button>
                {mayErase && (
                    <button type="button" class="button button-small button-bad" onClick={() => setErasing(true)}>
                        Erase
                    </button>
                )}
            </div>
            {problem && <ProblemCard problem={problem} live />}
            {isErasing && <EraseDialog id={id} onClose={() => setErasing(false)} />}
        </section>
    );
}
