// Status words: always icon, word and colour together.
import type { ActionStatus, CheckStatus, IntegrationStatus, ProviderStatus, RequestState } from '../api/types';
import { Icon, type IconName } from './icon';

export type Tone = 'ok' | 'warn' | 'bad' | 'calm' | 'accent';

interface Look {
    icon: IconName;
    word: string;
    tone: Tone;
}

const integrations: Record<IntegrationStatus, Look> = {
    connected: { icon: 'checkCircle', word: 'Connected', tone: 'ok' },
    warnings: { icon: 'alert', word: 'Connected with warnings', tone: 'warn' },
    needs_attention: { icon: 'crossCircle', word: 'Needs attention', tone: 'bad' },
    rate_limited: { icon: 'clock', word: 'Rate limited', tone: 'warn' },
    paused: { icon: 'pause', word: 'Paused', tone: 'calm' },
};

const actions: Record<ActionStatus, Look> = {
    proposed: { icon: 'person', word: 'Needs your yes', tone: 'accent' },
    confirmed: { icon: 'running', word: 'Running', tone: 'calm' },
    sending: { icon: 'running', word: 'Running', tone: 'calm' },
    waiting: { icon: 'clock', word: 'Waiting', tone: 'warn' },
    done: { icon: 'checkCircle', word: 'Done', tone: 'ok' },
    rejected: { icon: 'crossCircle', word: 'Failed', tone: 'bad' },
    cancelled: { icon: 'dash', word: 'Cancelled', tone: 'calm' },
    needs_human: { icon: 'alert', word: 'Needs a person', tone: 'bad' },
};

const requests: Record<RequestState, Look> = {
    ready: { icon: 'clock', word: 'Waiting', tone: 'warn' },
    sending: { icon: 'running', word: 'Being sent', tone: 'calm' },
    done: { icon: 'checkCircle', word: 'Done', tone: 'ok' },
    rejected: { icon: 'crossCircle', word: 'Refused', tone: 'bad' },
    paused: { icon: 'pause', word: 'Paused', tone: 'warn' },
    needs_human: { icon: 'person', word: 'Needs a person', tone: 'bad' },
    dropped: { icon: 'dash', word: 'Dropped', tone: 'calm' },
};

const providers: Record<ProviderStatus, Look> = {
    untested: { icon: 'circle', word: 'Not tested', tone: 'calm' },
    working: { icon: 'checkCircle', word: 'Working', tone: 'ok' },
    warnings: { icon: 'alert', word: 'Working with warnings', tone: 'warn' },
    failing: { icon: 'crossCircle', word: 'Failing', tone: 'bad' },
};

const checks: Record<CheckStatus, Look> = {
    passed: { icon: 'checkCircle', word: 'Passed', tone: 'ok' },
    warning: { icon: 'alert', word: 'Warning', tone: 'warn' },
    failed: { icon: 'crossCircle', word: 'Failed', tone: 'bad' },
    not_run: { icon: 'dash', word: 'Not run', tone: 'calm' },
};

export function Badge({ icon, word, tone }: Look) {
    return (
        <span class={`badge badge-${tone}`}>
            <Icon name={icon} />
            {word}
        </span>
    );
}

export const IntegrationBadge = ({ status }: { status: IntegrationStatus }) => <Badge {...integrations[status]} />;
export const RequestBadge = ({ state }: { state: RequestState }) => <Badge {...requests[state]} />;
export const ProviderBadge = ({ status }: { status: ProviderStatus }) => <Badge {...providers[status]} />;
export const CheckBadge = ({ status }: { status: CheckStatus }) => <Badge {...checks[status]} />;

export function ActionBadge({ status, dryRun, isReplaced }: { status: ActionStatus; dryRun: boolean; isReplaced: boolean }) {
    const look = actions[status];
    const word = dryRun && status === 'done' ? 'Shown, not sent' : isReplaced ? 'Replaced' : look.word;
    return <Badge {...look} word={word} />;
}

export const checkLook = (status: CheckStatus): Look => checks[status];
export const Practice = () => <span class="badge badge-accent">Practice</span>;
