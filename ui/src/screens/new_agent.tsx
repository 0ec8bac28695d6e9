import { useState } from 'preact/hooks';
import { asProblem, post } from '../api/client';
import type { Agent, Problem } from '../api/types';
import { AgentFields } from '../components/agent_fields';
import { Page } from '../components/page';
import { navigate } from '../router';
import { refreshAgents } from '../state/agents';

export function NewAgentScreen() {
    const [name, setName] = useState('');
    const [instructions, setInstructions] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);

    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            const agent = await post<Agent>('/agents', { name, instructions });
            await refreshAgents();
            navigate(`/agents/${agent.id}/integrations`);
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }

    return (
        <Page title="New agent" lead="Give it a name. Next, connect it to Zendesk.">
            <form class="form" onSubmit={(event) => void submit(event)}>
                <AgentFields name={name} onName={setName} instructions={instructions} onInstructions={setInstructions} problem={problem} />
                <div class="form-buttons">
                    <button class="button button-main" disabled={busy}>
                        Create agent
                    </button>
                    <a class="button" href="/agents">
                        Cancel
                    </a>
                </div>
            </form>
        </Page>
    );
}
