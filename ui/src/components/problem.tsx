// A problem of the catalogue: what happened, then the next step. It stays until it is fixed. An action whose address begins with "#" is an act on this page;
// the page says which it can do, the others are not shown.
import { Icon } from './icon';
import type { Problem, ProblemAction } from '../api/types';

export type Acts = Record<string, () => void>;

// A sentence of the catalogue: what stands between backquotes is to be typed as it is.
export function Prose({ text }: { text: string }) {
    return <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}

interface ProblemProps {
    problem: Problem;
    tone?: 'bad' | 'warn';
    acts?: Acts;
    live?: boolean; // said aloud at once: it came from what the person just did
}

function Action({ action, acts }: { action: ProblemAction; acts: Acts }) {
    if (action.href.startsWith('#')) {
        const act = acts[action.href.slice(1)];
        return act ? (
            <button type="button" class="button button-small" onClick={act}>
                {action.label}
            </button>
        ) : null;
    }
    const away = /^https?:\/\//.test(action.href);
    if (!away && !action.href.startsWith('/')) return null;
    return (
        <a class="link" href={action.href} {...(away ? { target: '_blank', rel: 'noreferrer' } : {})}>
            {action.label}
            {away && <Icon name="external" />}
        </a>
    );
}

export function ProblemActions({ problem, acts }: { problem: Problem; acts: Acts }) {
    const actions = (problem.actions ?? []).filter(({ href }) => !href.startsWith('#') || href.slice(1) in acts);
    if (actions.length === 0) return null;
    return (
        <div class="notice-actions">
            {actions.map((action) => (
                <Action key={action.label} action={action} acts={acts} />
            ))}
        </div>
    );
}

// That the session ended is not shown here: the dialog for it stands above every screen.
export function ProblemCard({ problem, tone = 'bad', acts = {}, live = false }: ProblemProps) {
    if (problem.code === 'sign-in-needed') return null;
    return (
        <div class={`notice notice-${tone}`} data-problem={problem.code} {...(live ? { role: 'alert' } : {})}>
            <Icon name="alert" />
            <div class="notice-words">
                <p class="notice-title">{problem.title}</p>
                {problem.detail && (
                    <p>
                        <Prose text={problem.detail} />
                    </p>
                )}
                {problem.evidence && (
                    <details class="evidence">
                        <summary>What the other side said</summary>
                        <pre tabIndex={0}>{problem.evidence}</pre>
                    </details>
                )}
                <ProblemActions problem={problem} acts={acts} />
            </div>
        </div>
    );
}
