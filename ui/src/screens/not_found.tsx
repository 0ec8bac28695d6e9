import { ToAgents } from '../components/agent_frame';
import { Page } from '../components/page';
import { place } from '../router';

export function NotFoundScreen() {
    return (
        <Page title="There is no page here" lead={`${place.value.path} is not an address of this console.`}>
            <ToAgents />
        </Page>
    );
}
