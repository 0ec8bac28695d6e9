// What was published of an agent: the list, what each changed (?version=N in the address), and the way back.
import { useState } from 'preact/hooks';
import { asProblem, get, post } from '../api/client';
import type { Agent, AgentDiff, AgentVersion, List, Member, Problem, Provider } from '../api/types';
import { AgentTabs, Loading, useAgent } from '../components/agent_frame';
import { Diff } from '../components/diff';
import { Dialog } from '../components/dialog';
import { Page } from '../components/page';
import { PagesEnd } from '../components/pages_end';
import { ProblemCard } from '../components/problem';
import { Ago } from '../components/time';
import { place, type Params } from '../router';
import { refreshAgents } from '../state/agents';
import { useLoad } from '../state/load';
import { usePages } from '../state/pages';
import { session } from '../state/session';

interface Names {
    providers: Provider[];
    members: Member[];
}

// Members are told to admins only; to others an author is who they are, or somebody.
async function loadNames(abort: AbortSignal): Promise<Names> {
    const isAdmin = ['admin', 'owner'].includes(session.value?.member.role ?? '');
    const [{ items: providers }, members] = await Promise.all([get<List<Provider>>('/providers?limit=100', abort), isAdmin ? get<List<Member>>('/members', abort) : { items: [] }]);
    return { providers, members: members.items };
}

function authorOf({ author }: AgentVersion, members: Member[]): string {
    if (author === null || author === 'local') return 'command line';
    const me = session.value?.member;
    const member = members.find(({ id }) => id === author) ?? (me?.id === author ? me : null);
    if (member) return member.name || member.email;
    return author.startsWith('key_') ? 'an API key' : 'a member';
}

interface RestoreProps {
    agent: Agent;
    version: AgentVersion;
    onClose: () => void;
    onRestored: () => void;
}

function RestoreDialog({ agent, version, onClose, onRestored }: RestoreProps) {
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    async function restore() {
        setBusy(true);
        try {
            await post<AgentVersion>(`/agents/${agent.id}/versions/${version.number}/restore`, {});
            await refreshAgents();
            onRestored();
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }
    return (
        <Dialog title={`Go back to version ${version.number}`} onClose={onClose}>
            <p>
                Its settings are published again, as version {agent.published + 1}. Version {agent.published} stays in the list{agent.has_draft ? ', and so does the draft' : ''}.
            </p>
            {problem && <ProblemCard problem={problem} live />}
            <div class="form-buttons">
                <button type="button" class="button button-main" autofocus disabled={busy} onClick={() => void restore()}>
                    Go back to version {version.number}
                </button>
                <button type="button" class="button" onClick={onClose}>
                    Leave it
                </button>
            </div>
        </Dialog>
    );
}

function Changes({ agent, number, nameOf }: { agent: Agent; number: number; nameOf: (id: string) => string }) {
    const path = `/agents/${agent.id}/versions/${number}/diff`;
    const loaded = useLoad(path, (abort) => get<AgentDiff>(path, abort));
    return <Loading loaded={loaded}>{(diff) => <Diff diff={diff} nameOf={nameOf} />}</Loading>;
}

interface VersionProps {
    agent: Agent;
    version: AgentVersion;
    names: Names;
    onRestore: () => void;
}

function Version({ agent, version, names, onRestore }: VersionProps) {
    const [open, setOpen] = useState(place.value.query.get('version') === String(version.number));
    const nameOf = (id: string) => names.providers.find((one) => one.id === id)?.name ?? id;
    const isCurrent = version.number === agent.published;
    const mayEdit = session.value?.member.role !== 'viewer';
    return (
        <li class="version" data-version={version.number}>
            <div class="version-head">
                <h2>Version {version.number}</h2>
                {isCurrent && <span class="badge badge-ok">Published</span>}
                {version.restored_from && <span class="badge">Again version {version.restored_from}</span>}
                <span class="muted">
                    {authorOf(version, names.members)}, <Ago time={version.created_at} />
                </span>
                {!isCurrent && mayEdit && (
                    <button type="button" class="button button-small" onClick={onRestore}>
                        Go back to this
                    </button>
                )}
            </div>
            {version.note && <p dir="auto">{version.note}</p>}
            <details class="fold" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
                <summary>{version.number === 1 ? 'What it began with' : 'What it changed'}</summary>
                {open && version.number !== null && <Changes agent={agent} number={version.number} nameOf={nameOf} />}
            </details>
        </li>
    );
}

function Versions({ agent, onRestored }: { agent: Agent; onRestored: () => void }) {
    const pages = usePages<AgentVersion>(`/agents/${agent.id}/versions`);
    const names = useLoad('names', loadNames);
    const [chosen, setChosen] = useState<AgentVersion | null>(null);
    const { items } = pages;
    return (
        <>
            {pages.problem && <ProblemCard problem={pages.problem} />}
            {agent.has_draft && (
                <p class="draft-note">
                    There is a draft that is not published yet. <a href={`/agents/${agent.id}`}>Open the draft</a>
                </p>
            )}
            <Loading loaded={{ ...names, value: items && names.value }}>
                {(known) => (
                    <ol class="versions">
                        {(items ?? []).map((version) => (
                            <Version key={version.number} agent={agent} version={version} names={known} onRestore={() => setChosen(version)} />
                        ))}
                    </ol>
                )}
            </Loading>
            <PagesEnd pages={pages} />
            {chosen && (
                <RestoreDialog
                    agent={agent}
                    version={chosen}
                    onClose={() => setChosen(null)}
                    onRestored={() => {
                        setChosen(null);
                        pages.reload();
                        onRestored();
                    }}
                />
            )}
        </>
    );
}

export function AgentVersionsScreen({ params }: { params: Params }) {
    const loaded = useAgent(params['agent'] ?? '');
    const name = loaded.value?.name ?? 'Agent';
    return (
        <Page title={`Versions of ${name}`} heading={<span dir="auto">{name}</span>}>
            <Loading loaded={loaded}>
                {(agent) => (
                    <>
                        <AgentTabs agent={agent} />
                        <Versions agent={agent} onRestored={loaded.reload} />
                    </>
                )}
            </Loading>
        </Page>
    );
}
