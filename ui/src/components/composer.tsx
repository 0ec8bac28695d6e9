// Where the message is written. Enter sends, Shift+Enter breaks the line, Up in an empty box brings the last message back. What is not sent yet is kept for the tab.
// Files come by the button, by dropping them anywhere on the page, or with a paste; they are sent before the words.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Attached } from '../api/types';
import { readDraft, writeDraft } from '../state/draft';
import { mebibytesMax, nothingPicked, pick } from '../state/picked';
import { FileChips } from './file_chips';
import { Icon } from './icon';

// What came of sending: whether the words were taken, and which files were not.
export interface Sent {
    taken: boolean;
    left: File[];
}

interface ComposerProps {
    draft: string;
    last: string | null;
    busy: boolean;
    atOnce?: boolean; // the draft and the files are the first message of a chat that was just begun: send it
    files?: File[];
    waiting?: Attached[]; // files that are there already
    dryRun: boolean;      // no file leaves
    onSend: (text: string, files: File[]) => Promise<Sent>;
    onDetach?: (file: Attached) => void;
}

const rowsMax = 8;

// Keys that belong to an input method, which also says Enter (Safari sends it after the composition, with the old code 229).
const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

function AttachButton({ disabled, onFiles }: { disabled: boolean; onFiles: (files: Iterable<File>) => void }) {
    const inputRef = useRef<HTMLInputElement>(null);
    const words = disabled ? 'No files in a dry run' : `Attach a file, up to ${mebibytesMax} MiB`;
    return (
        <>
            <button type="button" class="button composer-button" aria-label={words} title={words} disabled={disabled} onClick={() => inputRef.current?.click()}>
                <Icon name="attach" />
            </button>
            <input
                ref={inputRef}
                type="file"
                multiple
                hidden
                onChange={(event) => {
                    onFiles([...(event.currentTarget.files ?? [])]);
                    event.currentTarget.value = ''; // the same file may be chosen again
                }}
            />
        </>
    );
}

// A file that is dropped beside the box would else replace the page.
function useDrop(onFiles: (files: Iterable<File>) => void) {
    const latest = useRef(onFiles);
    latest.current = onFiles;
    useEffect(() => {
        const over = (event: DragEvent) => event.preventDefault();
        const drop = (event: DragEvent) => {
            event.preventDefault();
            latest.current(event.dataTransfer?.files ?? []);
        };
        document.addEventListener('dragover', over);
        document.addEventListener('drop', drop);
        return () => {
            document.removeEventListener('dragover', over);
            document.removeEventListener('drop', drop);
        };
    }, []);
}

export function Composer({ draft, last, busy, atOnce = false, files = [], waiting = [], dryRun, onSend, onDetach }: ComposerProps) {
    const [text, setText] = useState(() => readDraft(draft));
    const [picked, setPicked] = useState({ ...nothingPicked, files });
    const inputRef = useRef<HTMLTextAreaElement>(null);
    const isEmpty = text.trim() === '' && picked.files.length === 0;
    useEffect(() => {
        inputRef.current?.focus({ preventScroll: true });
        if (atOnce) void send();
    }, []);
    const add = (more: Iterable<File>) => {
        if (!dryRun) setPicked((before) => pick(before.files, more, waiting.length));
    };
    useDrop(add);

    function change(next: string) {
        setText(next);
        writeDraft(draft, next);
    }

    // The draft is dropped only when the server has taken the message; what was typed meanwhile stays.
    async function send() {
        const message = text.trim();
        if (isEmpty || busy) return;
        setText('');
        const { taken, left } = await onSend(message, picked.files);
        const since = inputRef.current?.value ?? '';
        setPicked((now) => ({ files: [...left, ...now.files.filter((file) => !picked.files.includes(file))], refused: '' }));
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

    const chips = [
        ...waiting.map((file) => ({ key: file.id, name: file.file_name, bytes: file.size, onRemove: () => onDetach?.(file) })),
        ...picked.files.map((file, index) => ({
            key: `picked-${index}`,
            name: file.name,
            bytes: file.size,
            onRemove: () => setPicked((now) => ({ files: now.files.filter((other) => other !== file), refused: '' })),
        })),
    ];
    return (
        <form
            class="composer"
            onSubmit={(event) => {
                event.preventDefault();
                void send();
            }}
        >
            <FileChips chips={chips} busy={busy} />
            {picked.refused !== '' && (
                <p class="field-fault composer-wide" role="alert">
                    {picked.refused}
                </p>
            )}
            <label class="unseen" for="message">
                Message
            </label>
            <AttachButton disabled={dryRun} onFiles={add} />
            <textarea
                id="message"
                ref={inputRef}
                rows={Math.min(rowsMax, text.split('\n').length)}
                placeholder="Write a message"
                aria-describedby="composer-hint"
                value={text}
                onInput={(event) => change(event.currentTarget.value)}
                onKeyDown={onKey}
                onPaste={(event) => {
                    const pasted = event.clipboardData?.files ?? [];
                    if (pasted.length > 0) event.preventDefault();
                    add(pasted);
                }}
            />
            <button class="button button-main composer-button" aria-label="Send message" title="Send message" disabled={busy || isEmpty}>
                <Icon name="send" />
            </button>
            <p id="composer-hint" class="composer-hint">
                Enter sends, Shift+Enter breaks the line, Up brings the last message back
            </p>
        </form>
    );
}
