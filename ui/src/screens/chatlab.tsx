// A chat that has not begun: nothing is stored until the first message is sent. Then the conversation gets its own address.
import { useState } from 'preact/hooks';
import { asProblem, post } from '../api/client';
import type { Agent, ConversationSummary, Problem } from '../api/types';
import { Loading, useAgent } from '../components/agent_frame';
import { ChatFrame } from '../components/chat_frame';
import { Composer, type Sent } from '../components/composer';
import { IdentityChoice } from '../components/identity';
import { ProblemCard } from '../components/problem';
import { navigate, place, type Params } from '../router';
import { beginning, playOf, type Play } from '../state/play';
import { beginWith } from './conversation';

const ofIdentity = ['email', 'name', 'visitor']; // told beside the field
const examples = ['Create a test ticket', 'What can you do?'];

function Beginning({ agent, dryRun }: { agent: Agent; dryRun: boolean }) {
    if (agent.integrations.length === 0)
        return (
            <>
                <h2>{agent.name} is not connected yet</h2>
                <p>It can talk, but not act. Connect it to Zendesk, then create a test ticket here.</p>
                <a class="button button-main" href={`/agents/${agent.id}/integrations/add`}>
                    Add integration
                </a>
            </>
        );
    return (
        <>
            <h2>Talk to {agent.name} as a customer would</h2>
            <p>
                {dryRun
                    ? 'Dry run: what would be written to Zendesk is shown and not sent. Reading works as usual.'
                    : 'What you confirm here is really done in Zendesk. Tickets made here carry the tag chatcrafterai_test.'}
            </p>
        </>
    );
}

function NewChat({ agent, play }: { agent: Agent; play: Play }) {
    const { dryRun } = play;
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);

    async function start(text: string, files: File[] = []): Promise<Sent> {
        setBusy(true);
        try {
            const { id } = await post<ConversationSummary>(`/agents/${agent.id}/conversations`, beginning(play));
            beginWith(id, text, files);
            navigate(`/chatlab/${id}`);
            return { taken: true, left: [] };
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
            return { taken: false, left: files };
        }
    }

    return (
        <>
            <div class="thread">
                <div class="empty">
                    <Beginning agent={agent} dryRun={dryRun} />
                    <IdentityChoice agent={agent.id} play={play} problem={problem} />
                    <div class="button-row">
                        {examples.map((text) => (
                            <button key={text} type="button" class="button" disabled={busy} onClick={() => void start(text)}>
                                {text}
                            </button>
                        ))}
                    </div>
                </div>
                {problem && !ofIdentity.includes(problem.field ?? '') && <ProblemCard problem={problem} live />}
            </div>
            <Composer draft={`chat:new:${agent.id}`} last={null} busy={busy} dryRun={dryRun} onSend={start} />
        </>
    );
}

export function ChatlabScreen({ params }: { params: Params }) {
    const loaded = useAgent(params['agent'] ?? '');
    const play = playOf(place.value.query);
    return (
        <Loading loaded={loaded}>
            {(agent) => (
                <ChatFrame agent={agent} conversation={null} play={play} round="">
                    <NewChat agent={agent} play={play} />
                </ChatFrame>
            )}
        </Loading>
    );
}
