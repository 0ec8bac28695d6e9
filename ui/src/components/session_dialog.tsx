// The session ended while somebody worked: sign in again without leaving the page, so that nothing typed is lost.
import { expired } from '../state/session';
import { Dialog } from './dialog';
import { PasswordForm } from './password_form';

export function SessionDialog({ email }: { email: string }) {
    if (!expired.value) return null;
    return (
        <Dialog title="Your session ended">
            <p>Sign in to go on. What you typed on this page is kept.</p>
            <PasswordForm email={email} onSignedIn={() => undefined} />
        </Dialog>
    );
}
