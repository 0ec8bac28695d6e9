// One chat in Chatlab: the thread with what is said and what is done in Zendesk, and the box to write in.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Agent, Message } from '../api/types';
import { ActionCard } from '../components/action_card';
import { Loading, ToAgents, useAgent } from '../components/agent_frame';
import { Bubble } from '../components/bubble';
import { ChatFrame } from '../components/chat_frame';
import { ConversationActs } from '../components/conversation_acts';
import { Composer, type Sent } from '../components/composer';
import { Skeleton } from '../components/empty';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { ProblemCard, type Acts } from '../components/problem';
import { RunPanel } from '../components/run_panel';
import { inAccount } from '../format';
import { navigate, place, type Params } from '../router';
import { readDraft, writeDraft } from '../state/draft';
import { newChat, playedIn } from '../state/play';
import { Thread, type Entry } from '../state/thread';
import { signIns } from '../state/session';

const draftOf = (id: string): string => `chat:${id}`;

// The first message of a chat that was just begun is its draft, sent once its page stands.
let begun: { id: string; files: File[] } | null = null;

export function beginWith(id: string, text: string, files: File[]): void {
    writeDraft(draftOf(id), text);
    begun = { id, files };
}

// The files of the first message; null: the chat was not just begun.
function takeBegun(id: string): File[] | null {
    const files = begun?.id === id ? begun.files : null;
    begun = null;
    return files;
}

// Files first, as the words may order what they go with. One that is not taken keeps the words back.
async function sendAll(thread: Thread, text: string, files: File[]): Promise<Sent> {
    for (const [index, file] of files.entries()) {
        if (!(await thread.attach(file))) return { taken: false, left: files.slice(index) };
    }
    return { taken: text === '' || (await thread.send(text)), left: [] };
}

// The correction is a message like any other: the agent shows anew what would be sent.
function editWith(id: string): void {
    const input = document.getElementById('message');
    if (!(input instanceof HTMLTextAreaElement)) return;
    input.value = readDraft(draftOf(id)) || 'Change the subject to ';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.focus();
}

// A new chat as the same person, with these words in its box: nothing is sent again by itself.
function startAgain(thread: Thread, agent: Agent, text: string): void {
    const summary = thread.summary.value;
    if (!summary) return;
    writeDraft(`chat:new:${agent.id}`, text);
    navigate(newChat(agent.id, playedIn(summary)));
}

function MessageActs({ thread, agent, message }: { thread: Thread; agent: Agent; message: Message }) {
    return (
        <span class="bubble-acts">
            <a href={`/chatlab/${thread.id}?turn=${message.turn}`} aria-label={`Run of: ${message.text.slice(0, 60)}`}>
                Run
            </a>
            <button type="button" onClick={() => startAgain(thread, agent, message.text)}>
                Start again from here
            </button>
        </span>
    );
}

function EntryView({ entry, thread, agent, acts }: { entry: Entry; thread: Thread; agent: Agent; acts: Acts }) {
    if (entry.kind === 'message') {
        const { message } = entry;
        const isOwn = message.author === 'visitor';
        return (
            <Bubble author={message.author} name={isOwn ? 'You' : agent.name} text={message.text} time={message.created_at}>
                {isOwn && <MessageActs thread={thread} agent={agent} message={message} />}
            </Bubble>
        );
    }
    const { action } = entry;
    const isTest = thread.summary.value?.channel !== 'api';
    const account = agent.integrations[0] ? inAccount(agent.integrations[0]) : 'Zendesk';
    return (
        <ActionCard
            action={action}
            isReplaced={thread.isReplaced(action)}
            account={account}
            marks={isTest ? 'the tags chatcrafterai and chatcrafterai_test' : 'the tag chatcrafterai'}
            busy={thread.busy.value}
            acts={acts}
            onConfirm={() => void thread.confirm(action)}
            onCancel={() => void thread.cancel(action)}
            onEdit={() => editWith(thread.id)}
        />
    );
}

// One calm voice for a screen reader: that the agent writes, then the whole answer. The transcript itself stays silent.
function Voice({ thread, agent }: { thread: Thread; agent: Agent }) {
    const spoken = useRef<string | null>(null);
    const last = thread.messages.value.findLast(({ author }) => author === 'agent');
    const before = spoken.current;
    useEffect(() => {
        spoken.current = last?.id ?? '';
    });
    const isNew = before !== null && last !== undefined && thread.busy.value === false;
    return (
        <p role="status" class="unseen">
            {thread.busy.value ? `${agent.name} is writing` : isNew ? `${agent.name}: ${last.text}` : ''}
        </p>
    );
}

function Transcript({ thread, agent }: { thread: Thread; agent: Agent }) {
    const scrollRef = useRef<HTMLDivElement>(null);
    const entries = thread.entries.value;
    const sending = thread.sending.value;
    const busy = thread.busy.value;
    const partial = thread.partial.value;
    const [integration] = agent.integrations;
    const acts: Acts = {
        'add-integration': () => navigate(`/agents/${agent.id}/integrations/add`),
    };
    if (integration) {
        const open = () => navigate(`/integrations/${integration.id}`);
        for (const name of ['test-connection', 'actions', 'edit-connection']) acts[name] = open;
        acts['switch-to-oauth'] = () => navigate(`/integrations/${integration.id}/credentials?auth=oauth_client`);
        for (const name of ['api_token', 'client_secret', 'subdomain', 'email']) acts[name] = () => navigate(`/integrations/${integration.id}/credentials`);
    }
    const toEnd = () => scrollRef.current?.scrollTo(0, scrollRef.current.scrollHeight);
    useLayoutEffect(toEnd, [entries, sending, busy, partial, thread.refused.value]);
    useEffect(() => {
        addEventListener('resize', toEnd);
        return () => removeEventListener('resize', toEnd);
    }, []);
    return (
        <div class="thread" ref={scrollRef} role="log" aria-live="off" aria-label="Conversation" tabIndex={0}>
            {entries.map((entry) => {
                const id = entry.kind === 'message' ? entry.message.id : entry.action.id;
                return <EntryView key={id} entry={entry} thread={thread} agent={agent} acts={acts} />;
            })}
            {sending !== null && <Bubble author="visitor" name="You" text={sending} time={null} />}
            {partial !== '' && <Bubble author="agent" name={agent.name} text={partial} time={null} />}
            {busy && partial === '' && (
                <p class="writing" aria-hidden="true">
                    <i />
                    <i />
                    <i />
                </p>
            )}
            {thread.refused.value && <ProblemCard problem={thread.refused.value} acts={acts} live />}
        </div>
    );
}

// The visitor asked for a person: the agent is silent until somebody hands the conversation back.
function NeedsPerson({ thread, agent }: { thread: Thread; agent: Agent }) {
    return (
        <div class="notice notice-warn" role="status">
            <Icon name="person" />
            <div class="notice-words">
                <p class="notice-title">This conversation needs a person</p>
                <p>{agent.name} does not answer here until it is handed back.</p>
                <button class="button button-small" disabled={thread.busy.value} onClick={() => void thread.resume()}>
                    Hand back to {agent.name}
                </button>
            </div>
        </div>
    );
}

function Chat({ thread, agent }: { thread: Thread; agent: Agent }) {
    const draft = draftOf(thread.id);
    const [first] = useState(() => takeBegun(thread.id));
    const last = thread.messages.value.findLast(({ author }) => author === 'visitor')?.text ?? null;
    const summary = thread.summary.value;
    const dryRun = summary?.dry_run ?? false;
    const isModel = agent.engine === 'provider'; // only a model takes long enough to be stopped
    if (!summary) return null;
    return (
        <ChatFrame
            agent={agent}
            conversation={thread.id}
            play={playedIn(summary)}
            round={`${thread.id}${thread.messages.value.length > 0}`}
            aside={
                <>
                    <RunPanel thread={thread} chosen={place.value.query.get('turn')} />
                    <ConversationActs id={thread.id} />
                </>
            }
        >
            <Transcript thread={thread} agent={agent} />
            {thread.awaiting.value === 'person' && <NeedsPerson thread={thread} agent={agent} />}
            <Voice thread={thread} agent={agent} />
            {isModel && thread.asking.value && (
                <p class="stop">
                    <button type="button" class="button button-small" onClick={() => void thread.stop()}>
                        Stop
                    </button>
                </p>
            )}
            <Composer
                key={draft}
                draft={draft}
                last={last}
                busy={thread.busy.value}
                atOnce={first !== null}
                files={first ?? []}
                waiting={thread.waiting.value}
                dryRun={dryRun}
                onSend={(text, files) => sendAll(thread, text, files)}
                onDetach={(file) => void thread.detach(file)}
            />
        </ChatFrame>
    );
}

function WithAgent({ thread, agent }: { thread: Thread; agent: string }) {
    const loaded = useAgent(agent);
    return <Loading loaded={loaded}>{(value) => <Chat thread={thread} agent={value} />}</Loading>;
}

export function ConversationScreen({ params }: { params: Params }) {
    const id = params['conversation'] ?? '';
    const thread = useMemo(() => new Thread(id), [id]);
    const signIn = signIns.value;

    useEffect(() => {
        const abort = new AbortController();
        void thread.follow(abort.signal);
        return () => abort.abort();
    }, [thread, signIn]);

    if (thread.problem.value) {
        return (
            <Page title="Chatlab">
                <ProblemCard problem={thread.problem.value} />
                <ToAgents />
            </Page>
        );
    }
    return thread.summary.value ? <WithAgent thread={thread} agent={thread.summary.value.agent} /> : <Skeleton lines={6} />;
}
