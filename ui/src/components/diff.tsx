// What differs between two versions of an agent's settings, line by line. Long runs of lines that stay are told by their number.
import type { AgentDiff, DiffLine } from '../api/types';
import { count } from '../format';

const near = 2; // lines shown around a change

const names: Record<string, string> = {
    instructions: 'Instructions',
    tone: 'Tone',
    languages: 'Languages',
    escalation: 'When a person takes over',
    'ticket_defaults.priority': 'New tickets: priority',
    'ticket_defaults.type': 'New tickets: type',
    'ticket_defaults.tags': 'New tickets: tags',
    engine: 'What answers',
    provider: 'Provider',
    model: 'Model',
    fallbacks: 'When it fails',
};

const engines: Record<string, string> = { builtin: 'Built-in engine', provider: 'Language model' };

const marks = { same: ' ', removed: '-', added: '+' } as const;
const spoken = { same: '', removed: 'Removed: ', added: 'Added: ' } as const;

const isProvider = (field: string): boolean => field === 'provider' || field === 'fallbacks';

type Piece = DiffLine | { left_out: number };

function pieces(lines: DiffLine[]): Piece[] {
    const isNear = (index: number) => lines.slice(Math.max(0, index - near), index + near + 1).some(({ op }) => op !== 'same');
    const out: Piece[] = [];
    for (const [index, line] of lines.entries()) {
        const last = out.at(-1);
        if (isNear(index)) out.push(line);
        else if (last && 'left_out' in last) last.left_out++;
        else out.push({ left_out: 1 });
    }
    return out;
}

export function Diff({ diff, nameOf }: { diff: AgentDiff; nameOf: (provider: string) => string }) {
    if (diff.changes.length === 0) return <p class="muted">Nothing differs.</p>;
    return (
        <div class="diff">
            {diff.changes.map(({ field, lines }) => (
                <section key={field} class="diff-part" aria-label={names[field] ?? field}>
                    <h3>{names[field] ?? field}</h3>
                    <div class="diff-lines" tabIndex={0} role="group" aria-label={`Lines of ${names[field] ?? field}`}>
                        {pieces(lines).map((piece, index) =>
                            'left_out' in piece ? (
                                <p key={index} class="diff-line diff-left-out">
                                    {count(piece.left_out, 'line', 'lines')} the same
                                </p>
                            ) : (
                                <p key={index} class={`diff-line diff-${piece.op}`} dir="auto">
                                    <span aria-hidden="true" class="diff-mark">
                                        {marks[piece.op]}
                                    </span>
                                    <span class="unseen">{spoken[piece.op]}</span>
                                    {field === 'engine' ? engines[piece.text] : isProvider(field) ? nameOf(piece.text) : piece.text}
                                </p>
                            ),
                        )}
                    </div>
                </section>
            ))}
        </div>
    );
}
