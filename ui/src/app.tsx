// Which screen stands at which path, and who may see it: without a session only the sign-in, without a password only the rest of the first sign-in.
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Skeleton } from './components/empty';
import { SessionDialog } from './components/session_dialog';
import { OfflineBar, Shell } from './components/shell';
import { match, navigate, place, type Params } from './router';
import { AccountScreen } from './screens/account';
import { AddIntegrationScreen } from './screens/add_integration';
import { AgentActionsScreen } from './screens/agent_actions';
import { AgentIntegrationsScreen } from './screens/agent_integrations';
import { AgentSettingsScreen } from './screens/agent_settings';
import { AgentVersionsScreen } from './screens/agent_versions';
import { AgentsScreen } from './screens/agents';
import { AuditScreen } from './screens/audit';
import { ChatlabScreen } from './screens/chatlab';
import { ConnectScreen, ReplaceCredentialsScreen } from './screens/connect';
import { ConversationScreen } from './screens/conversation';
import { ConversationsScreen } from './screens/conversations';
import { IntegrationScreen } from './screens/integration';
import { KeysScreen } from './screens/keys';
import { MembersScreen } from './screens/members';
import { NewAgentScreen } from './screens/new_agent';
import { NotFoundScreen } from './screens/not_found';
import { OwnerScreen } from './screens/owner';
import { NewProviderScreen, ProviderScreen, ProvidersScreen } from './screens/providers';
import { RequestsScreen } from './screens/requests';
import { SignInScreen } from './screens/sign_in';
import { SystemScreen } from './screens/system';
import { WebhookScreen } from './screens/webhook';
import { loadSession, session } from './state/session';

interface ScreenProps {
    params: Params;
}

const screens: readonly [pattern: string, screen: ComponentType<ScreenProps>][] = [
    ['/agents', AgentsScreen],
    ['/agents/new', NewAgentScreen],
    ['/agents/:agent', AgentSettingsScreen],
    ['/agents/:agent/versions', AgentVersionsScreen],
    ['/agents/:agent/actions', AgentActionsScreen],
    ['/agents/:agent/integrations', AgentIntegrationsScreen],
    ['/agents/:agent/integrations/add', AddIntegrationScreen],
    ['/agents/:agent/integrations/add/zendesk', ConnectScreen],
    ['/agents/:agent/chatlab', ChatlabScreen],
    ['/integrations/:integration', IntegrationScreen],
    ['/integrations/:integration/credentials', ReplaceCredentialsScreen],
    ['/chatlab/:conversation', ConversationScreen],
    ['/conversations', ConversationsScreen],
    ['/requests', RequestsScreen],
    ['/settings/providers', ProvidersScreen],
    ['/settings/providers/new', NewProviderScreen],
    ['/settings/providers/:provider', ProviderScreen],
    ['/settings/members', MembersScreen],
    ['/settings/keys', KeysScreen],
    ['/settings/webhook', WebhookScreen],
    ['/settings/audit', AuditScreen],
    ['/settings/system', SystemScreen],
    ['/account', AccountScreen],
];

function Screen({ path }: { path: string }) {
    for (const [pattern, View] of screens) {
        const params = match(pattern, path);
        if (params) return <View key={pattern + JSON.stringify(params)} params={params} />;
    }
    return <NotFoundScreen />;
}

export function App() {
    const { path } = place.value;
    const current = session.value;
    const isSignIn = path === '/sign-in';

    useEffect(() => {
        if (!isSignIn) void loadSession();
    }, []);
    useEffect(() => {
        if (path === '/') navigate('/agents', true);
    }, [path]);

    if (isSignIn || current === null) {
        return (
            <>
                <OfflineBar />
                <SignInScreen />
            </>
        );
    }
    if (current === undefined || path === '/') {
        return (
            <>
                <OfflineBar />
                <Skeleton lines={3} />
            </>
        );
    }
    if (!current.member.has_password) return <OwnerScreen session={current} />;
    return (
        <>
            <OfflineBar />
            <Shell session={current}>
                <Screen path={path} />
            </Shell>
            <SessionDialog email={current.member.email} />
        </>
    );
}
