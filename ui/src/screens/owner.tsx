// The rest of the first sign-in: the link proved who owns the server, now they say how they sign in from here on.
import type { Session } from '../api/types';
import { MemberForm } from '../components/member_form';
import { Wordmark } from '../components/shell';
import { useEffect } from 'preact/hooks';

export function OwnerScreen({ session }: { session: Session }) {
    useEffect(() => {
        document.title = 'Create the owner - ChatCrafterAI';
    }, []);
    return (
        <main class="door">
            <Wordmark />
            <h1>Create the owner</h1>
            <p class="lead">You own this server. Say how you sign in from now on; the one-time link is used up.</p>
            <MemberForm session={session} askCurrent={false} password="needed" button="Create owner" />
        </main>
    );
}
