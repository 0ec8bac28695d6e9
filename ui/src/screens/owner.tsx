// The rest of the first sign-in: the link proved who they are, now they say how they sign in from here on.
import type { Session } from '../api/types';
import { MemberForm } from '../components/member_form';
import { Wordmark } from '../components/shell';
import { useEffect } from 'preact/hooks';

export function OwnerScreen({ session }: { session: Session }) {
    const invited = session.member.email !== '';
    const title = invited ? 'Join the workspace' : 'Create the owner';
    useEffect(() => {
        document.title = `${title} - ChatCrafterAI`;
    }, []);
    const lead = invited
        ? `You were invited as ${session.member.role}. Choose the password that you sign in with from now on; the one-time link is used up.`
        : 'You own this server. Say how you sign in from now on; the one-time link is used up.';
    return (
        <main class="door">
            <Wordmark />
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            <MemberForm session={session} askCurrent={false} password="needed" button={invited ? 'Join' : 'Create owner'} />
        </main>
    );
}
