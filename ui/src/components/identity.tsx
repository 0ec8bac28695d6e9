// Whom the tester plays: chosen before a chat begins, told while it runs.
import type { Problem } from '../api/types';
import { navigate } from '../router';
import { hasAddress, levelHints, levels, newChat, type Play } from '../state/play';
import { faultOf, Field } from './field';
import { SelectField } from './select_field';

export function IdentityChoice({ agent, play, problem }: { agent: string; play: Play; problem: Problem | null }) {
    const set = (part: Partial<Play>) => navigate(newChat(agent, { ...play, ...part }), true);
    return (
        <div class="form identity">
            <SelectField name="level" label="Who writes" value={play.level} options={levels} onValue={(level) => set({ level: level as Play['level'] })} hint={levelHints[play.level]} />
            {hasAddress(play.level) && (
                <div class="pair">
                    <Field name="email" label="Their e-mail" type="email" value={play.email} onValue={(email) => set({ email })} fault={faultOf(problem, 'email') ?? faultOf(problem, 'visitor')} maxLength={254} />
                    <Field name="name" label="Their name" value={play.name} onValue={(name) => set({ name })} fault={faultOf(problem, 'name')} maxLength={120} />
                </div>
            )}
        </div>
    );
}

const played: Record<Play['level'], string> = { L4: 'as a member', L3: 'verified', L2: 'verified by mail', L1: 'not verified', L0: 'as somebody nobody knows' };

export const playWords = ({ level, email, name }: Play): string => (hasAddress(level) ? `as ${name || email}, ${played[level]}` : played[level]);
