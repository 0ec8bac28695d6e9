// The files that go along: each with its name, its size and the way to take it off again.
import { size } from '../format';
import { Icon } from './icon';

export interface Chip {
    key: string;
    name: string;
    bytes: number;
    onRemove: () => void;
}

export function FileChips({ chips, busy }: { chips: Chip[]; busy: boolean }) {
    if (chips.length === 0) return null;
    return (
        <ul class="file-chips" aria-label="Files for the next ticket or comment">
            {chips.map(({ key, name, bytes, onRemove }) => (
                <li key={key} class="file-chip">
                    <span class="file-chip-name" dir="auto">
                        {name}
                    </span>
                    <span class="muted">{size(bytes)}</span>
                    <button type="button" class="icon-button" aria-label={`Remove ${name}`} disabled={busy} onClick={onRemove}>
                        <Icon name="cross" />
                    </button>
                </li>
            ))}
        </ul>
    );
}
