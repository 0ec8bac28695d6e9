// The way to the credentials inside Zendesk, beside the form. The links lead into the account whose subdomain is being typed.
import type { ComponentChildren } from 'preact';
import { count, date } from '../format';
import type { Auth, ZendeskFacts } from '../api/types';
import { Icon } from './icon';

interface GuideProps {
    auth: Auth;
    subdomain: string | null;
    facts: ZendeskFacts | null;
    onOauth: () => void;
}

function DeepLink({ page, subdomain, facts, children }: { page: string; subdomain: string | null; facts: ZendeskFacts | null; children: ComponentChildren }) {
    const pattern = facts?.links[page];
    if (!pattern || !subdomain) return null;
    return (
        <a class="link" href={pattern.replace('{sub}', subdomain)} target="_blank" rel="noreferrer" data-page={page}>
            {children}
            <Icon name="external" />
        </a>
    );
}

function TokenDates({ facts, onOauth }: { facts: ZendeskFacts; onOauth: () => void }) {
    const { no_new_tokens: none, end } = facts.token_dates;
    return (
        <div class="notice notice-warn" data-notice="token-dates">
            <Icon name="clock" />
            <div class="notice-words">
                <p class="notice-title">Zendesk is ending API tokens</p>
                <p>
                    Zendesk makes no new tokens since {date(none)}: use one you already hold. On {date(end)} ({count(facts.days_left, 'day', 'days')} left) it turns
                    every token off.
                </p>
                <div class="notice-actions">
                    <button type="button" class="button button-small" onClick={onOauth}>
                        Use an OAuth client
                    </button>
                </div>
            </div>
        </div>
    );
}

function TokenSteps(props: Omit<GuideProps, 'auth' | 'onOauth'>) {
    return (
        <>
            <li>
                <h3>A token you already hold</h3>
                <p>
                    New ones can no longer be made. Admin Center lists yours under Apps and integrations &gt; APIs &gt; API tokens, by the name that says what each is for.
                </p>
                <DeepLink page="api_tokens" {...props}>
                    Open API tokens in Zendesk
                </DeepLink>
                <p class="hint">Token access must be on, under API settings.</p>
                <DeepLink page="api_settings" {...props}>
                    Open API settings in Zendesk
                </DeepLink>
            </li>
            <li>
                <h3>Its secret</h3>
                <p>
                    Zendesk shows a token once, when it is made, and nobody can look it up again: take it from where it was saved, and paste it here. Save it securely, in a
                    password manager. Use one token per integration, so that each can be revoked alone. None at hand? Connect with an OAuth client.
                </p>
            </li>
        </>
    );
}

function OauthSteps(props: Omit<GuideProps, 'auth' | 'onOauth'>) {
    return (
        <>
            <li>
                <h3>Make an OAuth client</h3>
                <p>
                    In Admin Center, go to Apps and integrations &gt; APIs &gt; OAuth clients and add one: client kind Confidential, scopes <code>read</code> and{' '}
                    <code>write</code>. The agent acts as the team member the client belongs to.
                </p>
                <DeepLink page="oauth_clients" {...props}>
                    Open OAuth clients in Zendesk
                </DeepLink>
            </li>
            <li>
                <h3>Copy both values</h3>
                <p>
                    The identifier is the client ID. Zendesk shows the secret once, after saving: save it securely, in a password manager, and paste it here. Use one
                    client per integration.
                </p>
            </li>
        </>
    );
}

export function Guide({ auth, subdomain, facts, onOauth }: GuideProps) {
    const links = { subdomain, facts };
    const thing = auth === 'api_token' ? 'token' : 'client';
    return (
        <aside class="guide" aria-labelledby="guide-title">
            <h2 id="guide-title">Where to find these in Zendesk</h2>
            {auth === 'api_token' && facts && <TokenDates facts={facts} onOauth={onOauth} />}
            <ol class="steps">
                <li>
                    <h3>Your subdomain</h3>
                    <p>Sign in to Zendesk and look at the address bar: the subdomain is the part before .zendesk.com.</p>
                </li>
                {auth === 'api_token' ? <TokenSteps {...links} /> : <OauthSteps {...links} />}
                <li>
                    <h3>Later</h3>
                    <p>
                        To revoke the {thing}, delete it on the same page; the agent stops at once. On Enterprise plans Zendesk's audit log (Account &gt; Audit log) shows
                        when it was made, changed and deleted; the requests made with it stand here, on the integration's page.
                    </p>
                </li>
            </ol>
            {!subdomain && <p class="hint">Type the subdomain to get links into your account.</p>}
        </aside>
    );
}
