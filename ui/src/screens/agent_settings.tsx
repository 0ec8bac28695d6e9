import { useState } from 'preact/hooks';
import { asProblem, patch } from '../api/client';
import type { Agent, Problem } from '../api/types';
import { AgentFields } from '../components/agent_fields';
import { AgentTabs, Loading, useAgent } from '../components/agent_frame';
import { Page } from '../components/page';
import type { Params } from '../router';
import { refreshAgents } from '../state/agents';

function Settings({ agent, onSaved }: { agent: Agent; onSaved: (agent: Agent) => void }) {
    const [name, setName] = useState(agent.name);
    const [instructions, setInstructions] = useState(agent.instructions);
    const [busy, setBusy] = useState(false);
    const [saved, setSaved] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const changed = name !== agent.name || instructions !== agent.instructions;

    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            onSaved(await patch<Agent>(`/agents/${agent.id}`, { name, instructions, version: agent.version }));
            setProblem(null);
            setSaved(true);
            await refreshAgents();
        } catch (reason) {
            setProblem(asProblem(reason));
        } finally {
            setBusy(false);
        }
    }

    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            <AgentFields name={name} onName={setName} instructions={instructions} onInstructions={setInstructions} problem={problem} />
            <div class="form-buttons">
                <button class="button button-main" disabled={busy || !changed}>
                    Save agent
                </button>
                <span role="status" class="saved">
                    {saved && !changed ? 'Agent saved.' : ''}
                </span>
            </div>
        </form>
    );
}

export function AgentSettingsScreen({ params }: { params: Params }) {
    const loaded = useAgent(params['agent'] ?? '');
    return (
        <Page title={loaded.value?.name ?? 'Agent'} heading={<span dir="auto">{loaded.value?.name ?? 'Agent'}</span>}>
            <Loading loaded={loaded}>
                {(agent) => (
                    <>
                        <AgentTabs agent={agent} />
                        <Settings agent={agent} onSaved={loaded.set} />
                    </>
                )}
            </Loading>
        </Page>
    );
}
