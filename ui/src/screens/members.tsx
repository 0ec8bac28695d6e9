// Who signs in to the console, with which role. There is no mail sender: an invitation is a link that its maker hands on.
import { useState } from 'preact/hooks';
import { asProblem, get, patch, post, remove } from '../api/client';
import type { Invited, List, Member, Problem, SignInLink } from '../api/types';
import { Loading } from '../components/agent_frame';
import { Dialog } from '../components/dialog';
import { Field, faultOf } from '../components/field';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { ProblemCard } from '../components/problem';
import { FactorRule } from '../components/factor_rule';
import { RoleChoice, roles, rolesUpTo, SettingsTabs, type Role } from '../components/settings_frame';
import { ShownOnce } from '../components/shown_once';
import { Ago } from '../components/time';
import { withZone } from '../format';
import { useLoad } from '../state/load';
import { session } from '../state/session';

const nameOf = (member: Member) => member.name || member.email || 'The first owner';

function InviteDialog({ own, onClose, onInvited }: { own: string; onClose: () => void; onInvited: () => void }) {
    const [email, setEmail] = useState('');
    const [role, setRole] = useState<Role>('editor');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [invited, setInvited] = useState<Invited | null>(null);

    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            setInvited(await post<Invited>('/members', { email, role }));
            onInvited();
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }

    if (invited) {
        return (
            <Dialog title={`${invited.member.email} is invited`} onClose={onClose}>
                <p>Hand this link on. It works once, until {withZone(invited.expires_at)}, and is not shown again.</p>
                <ShownOnce what="the link" text={invited.url} note="Whoever opens it first is this member." />
                <div class="form-buttons">
                    <button type="button" class="button button-main" onClick={onClose}>
                        Close
                    </button>
                </div>
            </Dialog>
        );
    }
    return (
        <Dialog title="Invite a member" onClose={onClose}>
            <form class="form" onSubmit={(event) => void submit(event)}>
                {problem && problem.field !== 'email' && <ProblemCard problem={problem} live />}
                <Field name="email" label="E-mail" type="email" value={email} onValue={setEmail} fault={faultOf(problem, 'email')} required autofocus />
                <RoleChoice id="role" label="Role" role={role} own={own} onRole={setRole} />
                <div class="form-buttons">
                    <button class="button button-main" disabled={busy}>
                        Make the link
                    </button>
                    <button type="button" class="button" onClick={onClose}>
                        Cancel
                    </button>
                </div>
            </form>
        </Dialog>
    );
}

type Wish = 'remove' | 'sign-out' | 'link' | 'factor';
const wishes: Record<Wish, { title: (name: string) => string; words: string; button: string }> = {
    remove: { title: (name) => `Remove ${name}`, words: 'They are signed out and cannot come back without a new invitation. What they made stays.', button: 'Remove member' },
    'sign-out': { title: (name) => `Sign ${name} out everywhere`, words: 'All their sessions end. They can sign in again.', button: 'Sign out' },
    factor: {
        title: (name) => `Reset the second factor of ${name}`,
        words: 'For who lost phone and recovery codes. They are signed out, and their password alone lets them in until they set up another app.',
        button: 'Reset second factor',
    },
    link: { title: (name) => `A sign-in link for ${name}`, words: 'It signs them in once and lets them set a new password. Hand it on yourself: no mail is sent.', button: 'Make the link' },
};

const pathOf = { remove: '', 'sign-out': '/sessions', factor: '/second-factor' };

function MemberDialog({ member, wish, onClose, onDone }: { member: Member; wish: Wish; onClose: () => void; onDone: () => void }) {
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const [link, setLink] = useState<SignInLink | null>(null);
    const { title, words, button } = wishes[wish];

    async function act() {
        setBusy(true);
        try {
            if (wish === 'link') {
                setLink(await post<SignInLink>(`/members/${member.id}/reset-password`, {}));
                return;
            }
            await remove(`/members/${member.id}${pathOf[wish]}`);
            onDone();
        } catch (reason) {
            setProblem(asProblem(reason));
            setBusy(false);
        }
    }

    return (
        <Dialog title={title(nameOf(member))} onClose={onClose}>
            {link ? <ShownOnce what="the link" text={link.url} note={`It works once, until ${withZone(link.expires_at)}.`} /> : <p>{words}</p>}
            {problem && <ProblemCard problem={problem} live />}
            <div class="form-buttons">
                {!link && (
                    <button type="button" class={wish === 'remove' ? 'button button-danger' : 'button button-main'} disabled={busy} onClick={() => void act()}>
                        {button}
                    </button>
                )}
                <button type="button" class="button" onClick={onClose}>
                    {link ? 'Close' : 'Cancel'}
                </button>
            </div>
        </Dialog>
    );
}

interface RowProps {
    member: Member;
    own: Member;
    onRole: (role: Role) => void;
    onWish: (wish: Wish) => void;
}

function MemberRow({ member, own, onRole, onWish }: RowProps) {
    const name = nameOf(member);
    const above = roles.indexOf(member.role as Role) > roles.indexOf(own.role as Role);
    const isOwn = member.id === own.id;
    return (
        <tr>
            <th scope="row">
                <span dir="auto">{name}</span>
                {member.name && <span class="block muted">{member.email}</span>}
                {member.second_factor && <span class="block muted">with second factor</span>}
            </th>
            <td data-label="Role">
                {above || isOwn ? (
                    member.role
                ) : (
                    <select aria-label={`Role of ${name}`} value={member.role} onChange={(event) => onRole(event.currentTarget.value as Role)}>
                        {rolesUpTo(own.role).map((role) => (
                            <option key={role} value={role}>
                                {role}
                            </option>
                        ))}
                    </select>
                )}
            </td>
            <td data-label="Last seen" class="muted">
                {member.last_seen_at ? <Ago time={member.last_seen_at} /> : 'invited'}
            </td>
            <td class="row-end">
                {isOwn ? (
                    <a href="/account">Your account</a>
                ) : (
                    !above && (
                        <span class="button-row">
                            {own.role === 'owner' && (
                                <button type="button" class="button button-small" aria-label={`Sign-in link for ${name}`} onClick={() => onWish('link')}>
                                    Sign-in link
                                </button>
                            )}
                            {own.role === 'owner' && member.second_factor && (
                                <button type="button" class="button button-small" aria-label={`Reset the second factor of ${name}`} onClick={() => onWish('factor')}>
                                    Reset factor
                                </button>
                            )}
                            <button type="button" class="button button-small" aria-label={`Sign ${name} out`} onClick={() => onWish('sign-out')}>
                                Sign out
                            </button>
                            <button type="button" class="button button-small" aria-label={`Remove ${name}`} onClick={() => onWish('remove')}>
                                Remove
                            </button>
                        </span>
                    )
                )}
            </td>
        </tr>
    );
}

export function MembersScreen() {
    const loaded = useLoad('members', (abort) => get<List<Member>>('/members', abort));
    const [inviting, setInviting] = useState(false);
    const [wish, setWish] = useState<{ member: Member; wish: Wish } | null>(null);
    const [problem, setProblem] = useState<Problem | null>(null);
    const own = session.value?.member;
    if (!own) return null;

    async function changeRole(member: Member, role: Role) {
        try {
            await patch<Member>(`/members/${member.id}`, { role });
            setProblem(null);
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        loaded.reload();
    }
    const done = () => {
        setWish(null);
        loaded.reload();
    };

    const button = (
        <button type="button" class="button button-main" onClick={() => setInviting(true)}>
            <Icon name="plus" />
            Invite member
        </button>
    );
    return (
        <Page title="Members" heading="Settings" button={button}>
            <SettingsTabs />
            {problem && <ProblemCard problem={problem} live />}
            <Loading loaded={loaded}>
                {({ items }) => (
                    <table class="table table-cards">
                        <thead>
                            <tr>
                                <th scope="col">Member</th>
                                <th scope="col">Role</th>
                                <th scope="col">Last seen</th>
                                <th scope="col">
                                    <span class="unseen">What can be done</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {items.map((member) => (
                                <MemberRow
                                    key={member.id}
                                    member={member}
                                    own={own}
                                    onRole={(role) => void changeRole(member, role)}
                                    onWish={(what) => setWish({ member, wish: what })}
                                />
                            ))}
                        </tbody>
                    </table>
                )}
            </Loading>
            {loaded.value && own.role === 'owner' && <FactorRule />}
            {inviting && <InviteDialog own={own.role} onClose={() => setInviting(false)} onInvited={loaded.reload} />}
            {wish && <MemberDialog {...wish} onClose={() => setWish(null)} onDone={done} />}
        </Page>
    );
}
