// Whether admins and owners have to have a second factor. Who asks it of others has one.
import { useState } from 'preact/hooks';
import { asProblem, get, patch } from '../api/client';
import type { Problem, Workspace } from '../api/types';
import { useLoad } from '../state/load';
import { Loading } from './agent_frame';
import { ProblemCard } from './problem';
import { Switch } from './switch';

export function FactorRule() {
    const loaded = useLoad('workspace', (abort) => get<Workspace>('/workspace', abort));
    const [problem, setProblem] = useState<Problem | null>(null);
    async function change(on: boolean) {
        try {
            await patch<Workspace>('/workspace', { second_factor: on ? 'admins' : 'optional' });
            setProblem(null);
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        loaded.reload();
    }
    return (
        <section aria-labelledby="rule-title" class="section">
            <h2 id="rule-title">Second factor</h2>
            {problem && <ProblemCard problem={problem} live />}
            <Loading loaded={loaded} lines={1}>
                {(workspace) => <Switch label="Admins and owners need a second factor" on={workspace.second_factor === 'admins'} onChange={(on) => void change(on)} />}
            </Loading>
            <p class="hint">Without one they can do nothing but set it up. API keys are not asked for codes.</p>
        </section>
    );
}
