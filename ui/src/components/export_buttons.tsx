// What the list shows, all pages of it, as CSV or JSON.
import { useState } from 'preact/hooks';
import { asProblem } from '../api/client';
import type { ConversationSummary, Problem } from '../api/types';
import { allOf, csv, save } from '../state/export';
import { ProblemCard } from './problem';

const columns = ['id', 'created_at', 'updated_at', 'agent', 'channel', 'dry_run', 'level', 'visitor_email', 'visitor_name', 'outcome', 'title'];

const rowOf = (one: ConversationSummary, agent: string): string[] => [
    one.id,
    one.created_at,
    one.updated_at,
    agent,
    one.channel,
    String(one.dry_run),
    one.level,
    one.visitor?.email ?? '',
    one.visitor?.name ?? '',
    one.outcome ?? '',
    one.title,
];

interface ExportButtonsProps {
    path: string;
    nameOf: (agent: string) => string;
    ready: boolean; // there is something in the list
}

export function ExportButtons({ path, nameOf, ready }: ExportButtonsProps) {
    const [words, setWords] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);

    async function run(form: 'csv' | 'json') {
        setBusy(true);
        setProblem(null);
        try {
            const items = await allOf<ConversationSummary>(path, (count) => setWords(`${count} read`));
            const name = `conversations-${new Date().toISOString().slice(0, 10)}.${form}`;
            if (form === 'csv') save(name, 'text/csv', csv([columns, ...items.map((one) => rowOf(one, nameOf(one.agent)))]));
            else save(name, 'application/json', JSON.stringify(items, null, 2));
            setWords(`${items.length} exported`);
        } catch (reason) {
            setProblem(asProblem(reason));
            setWords('');
        }
        setBusy(false);
    }
    return (
        <>
            <div class="export">
                <button type="button" class="button" disabled={busy || !ready} onClick={() => void run('csv')}>
                    Export CSV
                </button>
                <button type="button" class="button" disabled={busy || !ready} onClick={() => void run('json')}>
                    Export JSON
                </button>
                <span role="status" class="muted">
                    {words}
                </span>
            </div>
            {problem && <ProblemCard problem={problem} live />}
        </>
    );
}
