// Whom a tester plays in a chat that has not begun. It stands in the address, so that it can be linked and survives a reload.
import type { ConversationSummary, Level } from '../api/types';

export interface Play {
    dryRun: boolean;
    level: Level;
    email: string;
    name: string;
}

export const levels: readonly (readonly [Level, string])[] = [
    ['L4', 'A member of this workspace'],
    ['L3', 'A customer, verified by your site'],
    ['L2', 'A customer, verified by mail'],
    ['L1', 'A customer who says who they are'],
    ['L0', 'Somebody nobody knows'],
];

export const levelHints: Record<Level, string> = {
    L4: 'May read and change every ticket, for any customer.',
    L3: 'Sees and changes their own tickets and record alone.',
    L2: 'Sees and changes their own tickets and record alone.',
    L1: 'Reads nothing and sends nothing; drafts are kept until they are verified.',
    L0: 'Reads nothing and sends nothing; drafts are kept until they are verified.',
};

export const hasAddress = (level: Level): boolean => level !== 'L0' && level !== 'L4';

export function playOf(query: URLSearchParams): Play {
    const level = levels.find(([one]) => one === query.get('as'))?.[0] ?? 'L4';
    return { dryRun: query.has('dry_run'), level, email: query.get('email') ?? '', name: query.get('name') ?? '' };
}

export function playedIn({ dry_run, level, visitor }: ConversationSummary): Play {
    return { dryRun: dry_run, level, email: visitor?.email ?? '', name: visitor?.name ?? '' };
}

export function newChat(agent: string, { dryRun, level, email, name }: Play): string {
    const query = new URLSearchParams();
    if (dryRun) query.set('dry_run', '');
    if (level !== 'L4') query.set('as', level);
    if (hasAddress(level) && email) query.set('email', email);
    if (hasAddress(level) && name) query.set('name', name);
    const text = query.toString().replace('dry_run=', 'dry_run');
    return `/agents/${agent}/chatlab${text ? `?${text}` : ''}`;
}

// What begins such a conversation.
export function beginning({ dryRun, level, email, name }: Play): object {
    const visitor = hasAddress(level) ? { visitor: { email, ...(name ? { name } : {}) } } : {};
    return { channel: 'chatlab', dry_run: dryRun, level, ...visitor };
}
