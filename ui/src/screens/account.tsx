// A member's own account. After a one-time link for a forgotten password (?new-password) the old one is not asked for.
import { useState } from 'preact/hooks';
import { MemberForm } from '../components/member_form';
import { OwnSessions } from '../components/own_sessions';
import { Page } from '../components/page';
import { SecondFactor } from '../components/second_factor';
import { place } from '../router';
import { session } from '../state/session';

export function AccountScreen() {
    const [saved, setSaved] = useState(false);
    const byLink = place.value.query.has('new-password');
    const current = session.value;
    if (!current) return null;
    return (
        <Page
            title={byLink ? 'Set a new password' : 'Your account'}
            lead={byLink ? 'The one-time link signed you in. Set the password you sign in with from now on.' : 'How you sign in, and the name others see.'}
        >
            <MemberForm session={current} askCurrent={!byLink} password={byLink ? 'needed' : 'optional'} button="Save account" onSaved={() => setSaved(true)} />
            <p role="status" class="saved">
                {saved ? 'Account saved.' : ''}
            </p>
            {!byLink && <SecondFactor />}
            {!byLink && <OwnSessions />}
        </Page>
    );
}
