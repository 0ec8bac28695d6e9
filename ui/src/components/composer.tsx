// Where the message is written. Enter sends, Shift+Enter breaks the line, Up in an empty box brings the last message back. What is not sent yet is kept for the tab.
import { useEffect, useRef, useState } from 'preact/hooks';
import { readDraft, writeDraft } from '../state/draft';
import { Icon } from './icon';

interface ComposerProps {
    draft: string;
    last: string | null;
    busy: boolean;
    atOnce?: boolean; // the draft is the first message of a chat that was just begun: send it
    onSend: (text: string) => Promise<boolean>;
}

const rowsMax = 8;

// Keys that belong to an input method, which also says Enter (Safari sends it after the composition, with the old code 229).
const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

export function Composer({ draft, last, busy, atOnce = false, onSend }: ComposerProps) {
    const [text, setText] = useState(() => readDraft(draft));
    const inputRef = useRef<HTMLTextAreaElement>(null);
    useEffect(() => {
        inputRef.current?.focus({ preventScroll: true });
        if (atOnce) void send();
    }, []);

    function change(next: string) {
        setText(next);
        writeDraft(draft, next);
    }

    // The draft is dropped only when the server has taken the message; what was typed meanwhile stays.
    async function send() {
        const message = text.trim();
        if (message === '' || busy) return;
        setText('');
        const taken = await onSend(message);
        const since = inputRef.current?.value ?? '';
        if (taken) writeDraft(draft, since);
        else change(since === '' ? message : `${message}\n${since}`);
    }

    function onKey(event: KeyboardEvent) {
        if (isComposing(event)) return;
        if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            void send();
        }
        if (event.key === 'ArrowUp' && text === '' && last) {
            event.preventDefault();
            change(last);
        }
    }

    return (
        <form
            class="composer"
            onSubmit={(event) => {
                event.preventDefault();
                void send();
            }}
        >
            <label class="unseen" for="message">
                Message
            </label>
            <textarea
                id="message"
                ref={inputRef}
                rows={Math.min(rowsMax, text.split('\n').length)}
                placeholder="Write as a customer would"
                aria-describedby="composer-hint"
                value={text}
                onInput={(event) => change(event.currentTarget.value)}
                onKeyDown={onKey}
            />
            <button class="button button-main composer-send" aria-label="Send message" title="Send message" disabled={busy || text.trim() === ''}>
                <Icon name="send" />
            </button>
            <p id="composer-hint" class="composer-hint">
                Enter sends, Shift+Enter breaks the line, Up brings the last message back
            </p>
        </form>
    );
}
