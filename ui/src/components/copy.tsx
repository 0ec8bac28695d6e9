import { useState } from 'preact/hooks';
import { Icon } from './icon';

const confirmedMs = 1500;

export function Copy({ text, what }: { text: string; what: string }) {
    const [copied, setCopied] = useState(false);
    async function copy() {
        await navigator.clipboard.writeText(text);
        setCopied(true);
        setTimeout(() => setCopied(false), confirmedMs);
    }
    return (
        <button type="button" class="icon-button" title={`Copy ${what}`} aria-label={copied ? `Copied ${what}` : `Copy ${what}`} onClick={() => void copy()}>
            <Icon name={copied ? 'check' : 'copy'} />
        </button>
    );
}
