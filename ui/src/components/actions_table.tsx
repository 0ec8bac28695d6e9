// What the agent may do over this connection. A switch moves at once and goes back, with the reason, when the server refuses.
import { useState } from 'preact/hooks';
import { asProblem, patch } from '../api/client';
import type { Confirm, Integration, IntegrationAction, Problem } from '../api/types';
import { ProblemCard } from './problem';
import { Switch } from './switch';

interface RowProps {
    action: IntegrationAction;
    onChange: (change: { enabled?: boolean; confirm?: Confirm }) => void;
}

function Row({ action, onChange }: RowProps) {
    return (
        <tr>
            <th scope="row" data-label="Action">
                {action.title}
                <span class="muted block">{action.writes ? 'Changes Zendesk' : 'Only reads'}</span>
            </th>
            <td data-label="Allowed">
                <Switch label={`Allow ${action.title}`} hideLabel on={action.enabled} onChange={(enabled) => onChange({ enabled })} />
                {!action.permitted && <span class="muted block">Not permitted by the role in Zendesk</span>}
            </td>
            <td data-label="Asks for a yes">
                <select
                    aria-label={`${action.title} asks for a yes`}
                    value={action.confirm}
                    onChange={(event) => onChange({ confirm: event.currentTarget.value as Confirm })}
                >
                    <option value="always">Always</option>
                    <option value="never">Never</option>
                </select>
            </td>
        </tr>
    );
}

export function ActionsTable({ integration, onChanged }: { integration: Integration; onChanged: (integration: Integration) => void }) {
    const [problem, setProblem] = useState<Problem | null>(null);

    async function change(name: string, part: { enabled?: boolean; confirm?: Confirm }) {
        const actions = integration.actions.map((action) => (action.name === name ? { ...action, ...part } : action));
        onChanged({ ...integration, actions });
        try {
            onChanged(await patch<Integration>(`/integrations/${integration.id}`, { actions: { [name]: part } }));
            setProblem(null);
        } catch (reason) {
            onChanged(integration);
            setProblem(asProblem(reason));
        }
    }

    return (
        <section aria-labelledby="actions">
            <h2 id="actions" tabIndex={-1}>
                Actions
            </h2>
            {problem && <ProblemCard problem={problem} live />}
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">Action</th>
                        <th scope="col">Allowed</th>
                        <th scope="col">Asks for a yes</th>
                    </tr>
                </thead>
                <tbody>
                    {integration.actions.map((action) => (
                        <Row key={action.name} action={action} onChange={(part) => void change(action.name, part)} />
                    ))}
                </tbody>
            </table>
        </section>
    );
}
