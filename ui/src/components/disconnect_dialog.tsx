// Disconnecting says what stops before it happens. Requests that wait are a decision of their own.
import { useEffect, useState } from 'preact/hooks';
import { asProblem, remove } from '../api/client';
import type { Integration, Problem } from '../api/types';
import { count, inAccount } from '../format';
import { navigate } from '../router';
import { refreshAgents } from '../state/agents';
import { refreshRequests, requests } from '../state/requests';
import { Dialog } from './dialog';
import { ProblemCard } from './problem';

export function DisconnectDialog({ integration, onClose }: { integration: Integration; onClose: () => void }) {
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const { waiting } = integration;
    const held = (requests.value ?? [])
        .filter((request) => request.integration === integration.id && request.state !== 'needs_human')
        .map(({ reference, title }) => reference ?? title)
        .join(', ');
    useEffect(() => void refreshRequests(), []);

    async function disconnect() {
        setBusy(true);
        try {
            await remove(`/integrations/${integration.id}${waiting > 0 ? '?waiting=keep' : ''}`);
            await refreshAgents();
            navigate(`/agents/${integration.agent}/integrations`);
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }

    return (
        <Dialog title={`Disconnect ${inAccount(integration)}`} onClose={onClose}>
            <ul class="bullets">
                <li>The agent stops acting in {integration.account.name}: it creates, changes and reads nothing there.</li>
                <li>Its sealed {integration.auth === 'api_token' ? 'API token' : 'client secret'} is deleted here. In Zendesk it stays valid until you revoke it there.</li>
                {waiting > 0 && (
                    <li>
                        {count(waiting, 'request waits', 'requests wait')}
                        {held && `: ${held}`}. Kept, paused, and sent when this agent is connected to the same account again. <a href="/requests">Open requests</a>
                    </li>
                )}
                <li>Tickets and conversations stay as they are.</li>
            </ul>
            {problem && <ProblemCard problem={problem} live />}
            <div class="form-buttons">
                <button type="button" class="button button-danger" disabled={busy} onClick={() => void disconnect()}>
                    Disconnect
                </button>
                <button type="button" class="button" onClick={onClose}>
                    Keep connection
                </button>
            </div>
        </Dialog>
    );
}
