// An agent's name and settings. Settings are kept as a draft until they are published; publishing shows what will change first.
import { useState } from 'preact/hooks';
import { asProblem, get, patch, post, put, remove } from '../api/client';
import type { Agent, AgentDiff, AgentVersion, List, Problem, Provider } from '../api/types';
import { AgentForm, settingsOf, typedOf, type Typed } from '../components/agent_form';
import { AgentTabs, Loading } from '../components/agent_frame';
import { Dialog } from '../components/dialog';
import { Diff } from '../components/diff';
import { faultOf, Field } from '../components/field';
import { useGuard } from '../components/leave_dialog';
import { Page } from '../components/page';
import { ProblemCard } from '../components/problem';
import { Ago } from '../components/time';
import type { Params } from '../router';
import { refreshAgents, useCurrentAgent } from '../state/agents';
import { useLoad } from '../state/load';
import { session } from '../state/session';

interface PublishProps {
    agent: Agent;
    diff: AgentDiff;
    nameOf: (provider: string) => string;
    onClose: () => void;
    onPublished: () => void;
}

function PublishDialog({ agent, diff, nameOf, onClose, onPublished }: PublishProps) {
    const [note, setNote] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);

    async function publish(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            await post<AgentVersion>(`/agents/${agent.id}/versions`, { note });
            onPublished();
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }
    return (
        <Dialog title={`Publish version ${agent.published + 1}`} wide onClose={onClose}>
            <form class="form" onSubmit={(event) => void publish(event)}>
                <p>Conversations go on with these settings from their next message.</p>
                <Diff diff={diff} nameOf={nameOf} />
                {problem && <ProblemCard problem={problem} live />}
                <Field name="note" label="Note" hint="Why, for the list of versions. It may stay empty." value={note} onValue={setNote} maxLength={500} autofocus />
                <div class="form-buttons">
                    <button class="button button-main" disabled={busy || diff.changes.length === 0}>
                        Publish version {agent.published + 1}
                    </button>
                    <button type="button" class="button" onClick={onClose}>
                        Not yet
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

function Name({ agent, onSaved, mayEdit }: { agent: Agent; onSaved: () => void; mayEdit: boolean }) {
    const [name, setName] = useState(agent.name);
    const [problem, setProblem] = useState<Problem | null>(null);
    async function rename(event: Event) {
        event.preventDefault();
        try {
            await patch<Agent>(`/agents/${agent.id}`, { name });
            setProblem(null);
            await refreshAgents();
            onSaved();
        } catch (reason) {
            setProblem(asProblem(reason));
        }
    }
    const fault = faultOf(problem, 'name');
    return (
        <form class="form name-form" onSubmit={(event) => void rename(event)}>
            {problem && !fault && <ProblemCard problem={problem} live />}
            <Field name="name" label="Name" hint="Customers see it." value={name} onValue={setName} fault={fault} required maxLength={120} />
            {mayEdit && name !== agent.name && <button class="button">Rename agent</button>}
        </form>
    );
}

interface SettingsProps {
    agent: Agent;
    draft: AgentVersion | null;
    providers: Provider[];
    onChanged: () => void;
}

// What is typed is saved as the draft by a button, and before it is looked at for publishing.
function Settings({ agent, draft, providers, onChanged }: SettingsProps) {
    const kept = typedOf(draft ?? agent);
    const [typed, setTyped] = useState<Typed>(kept);
    const [busy, setBusy] = useState(false);
    const [said, setSaid] = useState('');
    const [problem, setProblem] = useState<Problem | null>(null);
    const [diff, setDiff] = useState<AgentDiff | null>(null);
    const changed = JSON.stringify(typed) !== JSON.stringify(kept);
    const mayEdit = session.value?.member.role !== 'viewer';
    useGuard(changed);

    async function act(work: () => Promise<string>) {
        setBusy(true);
        setSaid('');
        try {
            setSaid(await work());
            setProblem(null);
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        setBusy(false);
    }
    const save = async () => {
        await put<AgentVersion>(`/agents/${agent.id}/draft`, settingsOf(typed));
        onChanged();
        return 'Draft saved.';
    };
    const review = async () => {
        if (changed) await save();
        setDiff(await get<AgentDiff>(`/agents/${agent.id}/versions/draft/diff`));
        return '';
    };
    const discard = async () => {
        if (draft) await remove(`/agents/${agent.id}/draft`);
        setTyped(typedOf(agent));
        onChanged();
        return 'Draft discarded.';
    };
    const nameOf = (id: string) => providers.find((one) => one.id === id)?.name ?? id;
    const isOfField = problem?.field && ['instructions', 'tone', 'languages', 'escalation', 'provider', 'model', 'ticket_defaults'].includes(problem.field);
    return (
        <form
            class="form"
            onSubmit={(event) => {
                event.preventDefault();
                void act(save);
            }}
        >
            <AgentForm typed={typed} onTyped={setTyped} providers={providers} problem={problem} />
            {problem && !isOfField && <ProblemCard problem={problem} live />}
            {mayEdit && (
                <div class="form-bar">
                    <p role="status" class="form-state">
                        {said || (changed ? 'Not saved yet.' : draft ? 'A draft, not published yet.' : <>Version {agent.published} is published, <Ago time={agent.published_at} />.</>)}
                    </p>
                    <div class="form-buttons">
                        {(changed || draft) && (
                            <button type="button" class="button" disabled={busy} onClick={() => void act(discard)}>
                                Discard draft
                            </button>
                        )}
                        <button class="button" disabled={busy || !changed}>
                            Save draft
                        </button>
                        <button type="button" class="button button-main" disabled={busy || (!changed && !draft)} onClick={() => void act(review)}>
                            Review and publish
                        </button>
                    </div>
                </div>
            )}
            {diff && (
                <PublishDialog
                    agent={agent}
                    diff={diff}
                    nameOf={nameOf}
                    onClose={() => setDiff(null)}
                    onPublished={() => {
                        setDiff(null);
                        setSaid('Published.');
                        onChanged();
                    }}
                />
            )}
        </form>
    );
}

interface Known {
    agent: Agent;
    draft: AgentVersion | null;
    providers: Provider[];
}

// Together, so that they are of one moment.
async function load(id: string, abort: AbortSignal): Promise<Known> {
    const path = `/agents/${encodeURIComponent(id)}`;
    const [agent, { items: providers }] = await Promise.all([get<Agent>(path, abort), get<List<Provider>>('/providers?limit=100', abort)]);
    return { agent, providers, draft: agent.has_draft ? await get<AgentVersion>(`${path}/versions/draft`, abort) : null };
}

export function AgentSettingsScreen({ params }: { params: Params }) {
    const id = params['agent'] ?? '';
    const loaded = useLoad(id, (abort) => load(id, abort));
    const name = loaded.value?.agent.name ?? 'Agent';
    useCurrentAgent(id);
    return (
        <Page title={name} heading={<span dir="auto">{name}</span>}>
            <Loading loaded={loaded}>
                {({ agent, draft, providers }) => (
                    <>
                        <AgentTabs agent={agent} />
                        <Name agent={agent} onSaved={loaded.reload} mayEdit={session.value?.member.role !== 'viewer'} />
                        <Settings agent={agent} draft={draft} providers={providers} onChanged={loaded.reload} />
                    </>
                )}
            </Loading>
        </Page>
    );
}
