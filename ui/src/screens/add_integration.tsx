import { Back, Loading, useAgent } from '../components/agent_frame';
import { Icon } from '../components/icon';
import { Page } from '../components/page';
import { inAccount } from '../format';
import type { Params } from '../router';

export function AddIntegrationScreen({ params }: { params: Params }) {
    const loaded = useAgent(params['agent'] ?? '');
    const base = `/agents/${params['agent']}/integrations`;
    return (
        <Page title="Add integration" lead={`Where ${loaded.value?.name ?? 'the agent'} may act for customers.`} above={<Back href={base}>Integrations</Back>}>
            <Loading loaded={loaded}>
                {({ integrations: [connected] }) => (
                    <ul class="gallery">
                        <li class="card card-link">
                            <Icon name="ticket" />
                            <div>
                                <a class="row-link" href={connected ? `/integrations/${connected.id}` : `${base}/add/zendesk`}>
                                    Zendesk
                                </a>
                                <p class="muted">
                                    {connected
                                        ? `Connected to ${inAccount(connected)}. An agent acts in one account.`
                                        : 'Opens tickets for customers and tells their status.'}
                                </p>
                            </div>
                        </li>
                    </ul>
                )}
            </Loading>
        </Page>
    );
}
