// How much of the account's rate limit is left to people and other apps. It holds for all connections to the account.
import { useState } from 'preact/hooks';
import { asProblem, patch } from '../api/client';
import type { Integration, Problem } from '../api/types';

const shares = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90];

export function Reserve({ integration, onChanged }: { integration: Integration; onChanged: (integration: Integration) => void }) {
    const [problem, setProblem] = useState<Problem | null>(null);
    const { reserve_percent: kept } = integration.budget;
    const offered = [...new Set([...shares, kept])].sort((a, b) => a - b);

    async function change(percent: number) {
        try {
            onChanged(await patch<Integration>(`/integrations/${integration.id}`, { reserve_percent: percent }));
            setProblem(null);
        } catch (reason) {
            onChanged({ ...integration });
            setProblem(asProblem(reason));
        }
    }

    return (
        <>
            <select aria-label="Kept free of the rate limit" value={kept} onChange={(event) => void change(Number(event.currentTarget.value))}>
                {offered.map((percent) => (
                    <option key={percent} value={percent}>
                        {percent} %
                    </option>
                ))}
            </select>{' '}
            <span class="muted">for people and other apps, on all connections to this account</span>
            {problem && (
                <p class="field-fault" role="alert">
                    {problem.title}
                </p>
            )}
        </>
    );
}
