// The connection test: one line a step, filled in as the steps finish, the fix under the step that failed.
import { duration } from '../format';
import type { Check } from '../api/types';
import { Icon } from './icon';
import { ProblemCard, type Acts } from './problem';
import { checkLook } from './status';

// What is going to be tested, for the lines that have no answer yet. The titles of finished steps come from the server.
const planned: readonly [step: string, title: string][] = [
    ['input', 'What was typed'],
    ['dns', 'Address'],
    ['tls', 'Secure connection'],
    ['account', 'Account'],
    ['sign_in', 'Sign-in'],
    ['role', 'Role'],
    ['read_tickets', 'Read tickets'],
    ['search', 'Search'],
    ['actions', 'Actions'],
    ['budget', 'Request budget'],
];

function Finished({ check, acts }: { check: Check; acts: Acts }) {
    const look = checkLook(check.status);
    return (
        <li class={`check check-${look.tone}`} data-step={check.step} data-status={check.status}>
            <Icon name={look.icon} />
            <span class="check-title">
                {check.title}
                {check.note && <span class="muted"> ({check.note})</span>}
                <span class="unseen">: {look.word}</span>
            </span>
            <span class="check-ms">{check.status === 'not_run' ? 'not run' : check.ms ? duration(check.ms) : ''}</span>
            {check.problem && <ProblemCard problem={check.problem} tone={check.status === 'warning' ? 'warn' : 'bad'} acts={acts} />}
        </li>
    );
}

function Coming({ title, step, running }: { title: string; step: string; running: boolean }) {
    return (
        <li class="check check-calm" data-step={step} data-status={running ? 'running' : 'pending'}>
            <Icon name={running ? 'running' : 'circle'} />
            <span class="check-title">
                {title}
                <span class="unseen">: {running ? 'running' : 'to come'}</span>
            </span>
        </li>
    );
}

interface ChecklistProps {
    checks: Check[];
    running: boolean;
    acts?: Acts;
    label?: string;
}

export function Checklist({ checks, running, acts = {}, label = 'Connection test' }: ChecklistProps) {
    const left = running ? planned.filter(([step]) => !checks.some((check) => check.step === step)) : [];
    return (
        <ol class="checklist" aria-label={label} aria-busy={running}>
            {checks.map((check) => (
                <Finished key={check.step} check={check} acts={acts} />
            ))}
            {left.map(([step, title], index) => (
                <Coming key={step} step={step} title={title} running={index === 0} />
            ))}
        </ol>
    );
}
