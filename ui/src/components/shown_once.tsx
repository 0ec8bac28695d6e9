// A secret that the server gave and will not give again: a link or a key, with a button that copies it.
import { Copy } from './copy';

interface ShownOnceProps {
    what: string; // "the link"
    text: string;
    note: string;
}

export function ShownOnce({ what, text, note }: ShownOnceProps) {
    return (
        <div class="shown-once">
            <div class="shown-once-line">
                <code>{text}</code>
                <Copy text={text} what={what} />
            </div>
            <p class="hint">{note}</p>
        </div>
    );
}
