// The nouns as the REST API shows them (docs/api.md). Nothing here has behaviour.

export interface ProblemAction {
    label: string;
    href: string; // an address, a path of the console, or "#..." for an act on the page at hand
}

export interface Problem {
    title: string;
    detail: string;
    status: number;
    code: string;
    step?: string | null;
    field?: string | null;
    suggestion?: string | null;
    fields?: string[];
    evidence?: string | null;
    retry_after?: number | null;
    actions?: ProblemAction[] | null;
    trace_id?: string | null;
    checks?: Check[] | null;
}

export interface List<T> {
    items: T[];
    next_cursor: string | null;
}

export interface Member {
    id: string;
    name: string;
    email: string;
    role: string;
    has_password: boolean;
    second_factor: boolean;
    last_seen_at: string | null;
}

export interface SecondFactor {
    enabled: boolean;
    enabled_at: string | null;
    recovery_codes_left: number;
}

export interface FactorBegun {
    secret: string;
    uri: string;
}

export interface RecoveryCodes {
    recovery_codes: string[];
}

export interface Workspace {
    id: string;
    name: string;
    second_factor: 'optional' | 'admins';
}

export interface SignInLink {
    url: string;
    expires_at: string;
}

export interface Invited extends SignInLink {
    member: Member;
}

export interface SessionRow {
    id: string;
    is_this: boolean;
    created_at: string;
    last_seen_at: string;
    expires_at: string;
}

export interface ApiKey {
    id: string;
    name: string;
    role: string;
    scopes: string[];
    last4: string;
    created_at: string;
    expires_at: string | null;
    last_used_at: string | null;
    revoked_at: string | null;
}

export interface ApiKeyMade extends ApiKey {
    key: string;
}

export interface AuditEntry {
    seq: number;
    at: string;
    actor: string; // a member, a key, or "local"
    act: string;
    object: string | null;
    before: Json;
    after: Json;
    address: string | null;
}

export interface System {
    version: string;
    started_at: string;
    database_bytes: number | null;
    processes: { name: string; system_calls: boolean; files: boolean; network: boolean }[];
}

export interface Ready {
    status: string;
    checks?: Record<string, { ok: boolean; detail: string }>;
}

export interface Backup {
    name: string;
    bytes: number;
    made_at: string;
}

export interface AuditCheck {
    is_whole: boolean;
    entries: number;
    head: string | null;
    broken_at: number | null;
}

export type RequestState = 'ready' | 'sending' | 'done' | 'rejected' | 'paused' | 'needs_human' | 'dropped';

// A confirmed action on its way to Zendesk.
export interface RequestRow {
    action: string;
    reference: string | null;
    title: string;
    agent: string | null; // its name
    customer: string | null;
    matter: string | null;
    ticket_id: number | null;
    integration: string;
    conversation: string | null;
    state: RequestState;
    was_sent: boolean;
    attempts: number;
    due_at: string | null;
    problem: Problem | null;
    created_at: string;
}

export interface Webhook {
    url: string;
    enabled: boolean;
    disabled_at: string | null;
    secret_set_at: string;
    former_secret_until: string | null;
    created_at: string;
    secret?: string;
}

export interface Delivery {
    id: string;
    type: string;
    state: 'waiting' | 'delivered' | 'failed';
    attempts: number;
    status: number;
    fault: string | null;
    next_at: string | null;
    created_at: string;
    tried_at: string | null;
}

export interface Session {
    member: Member;
    workspace: { id: string; name: string };
    expires_at: string;
}

export type IntegrationStatus = 'connected' | 'warnings' | 'needs_attention' | 'rate_limited' | 'paused';

export interface AgentIntegration {
    id: string;
    provider: string;
    subdomain: string;
    practice: boolean;
    status: IntegrationStatus;
}

export type TicketPriority = 'low' | 'normal' | 'high' | 'urgent';
export type TicketType = 'question' | 'incident' | 'problem' | 'task';

// What makes an agent what it is beside its name: drafted and published as one.
export interface AgentSettings {
    instructions: string;
    tone: string;
    languages: string[];
    escalation: string;
    ticket_defaults: { priority: TicketPriority | null; type: TicketType | null; tags: string[] };
    engine: 'builtin' | 'provider';
    provider: string | null;
    model: string | null;
    fallbacks: string[];
}

export interface Agent extends AgentSettings {
    id: string;
    name: string;
    published: number; // the number of these settings
    published_at: string;
    has_draft: boolean;
    version: number;
    created_at: string;
    updated_at: string;
    integrations: AgentIntegration[];
}

export interface AgentVersion extends AgentSettings {
    number: number | null; // null: the draft
    note: string | null;
    author: string | null;
    restored_from: number | null;
    created_at: string;
}

export interface DiffLine {
    op: 'same' | 'removed' | 'added';
    text: string;
}

export interface AgentDiff {
    from: number | null;
    to: number | null;
    changes: { field: string; lines: DiffLine[] }[];
}

export type Protocol = 'openai_chat' | 'openai_responses' | 'anthropic' | 'ollama';
export type ProviderAuth = 'bearer' | 'x-api-key' | 'api-key' | 'none';
export type ProviderStatus = 'untested' | 'working' | 'warnings' | 'failing';

export type Redacted = 'email' | 'phone' | 'iban';

export interface Provider {
    id: string;
    name: string;
    protocol: Protocol;
    base_url: string;
    auth: ProviderAuth;
    key: { set: boolean; last4: string; set_at: string | null };
    model: string;
    headers: Record<string, string>;
    max_tokens: number;
    context_tokens: number;
    max_tokens_name: 'max_tokens' | 'max_completion_tokens';
    price: { input: number; cached_input: number; output: number } | null;
    redact: Redacted[];
    status: ProviderStatus;
    problem: Problem | null;
    tested_at: string | null;
    version: number;
    created_at: string;
}

export interface Spend {
    tokens: number; // 0: no limit
    cost_usd: number;
}

export type SpendLimits = Record<'conversation' | 'day' | 'month', Spend>;

export interface ProviderTest {
    result: 'passed' | 'warning' | 'failed';
    model: string | null;
    called_tool: boolean;
    first_ms: number | null;
    ms: number;
    usage: { input_tokens: number; cached_tokens: number; output_tokens: number } | null;
    cost_usd: number | null;
    problem: Problem | null;
}

export type CheckStatus = 'passed' | 'failed' | 'warning' | 'not_run';

export interface Check {
    step: string;
    title: string;
    status: CheckStatus;
    ms: number | null;
    note?: string;
    problem: Problem | null;
}

export type Auth = 'api_token' | 'oauth_client';
export type Confirm = 'always' | 'never';

export interface IntegrationAction {
    name: string;
    title: string;
    permission: string;
    writes: boolean;
    enabled: boolean;
    confirm: Confirm;
    permitted: boolean;
}

export interface Notice {
    code: string;
    title: string;
    detail: string;
    days_left: number | null;
}

export interface Warning {
    code: string;
    title: string;
    detail: string;
    field: string | null;
}

export interface Integration {
    id: string;
    agent: string;
    auth: Auth;
    subdomain: string;
    practice: boolean;
    url: string;
    identifier: string;
    status: IntegrationStatus;
    status_since: string;
    problem: Problem | null;
    last_ok_at: string | null;
    hold_until: string | null;
    budget: { limit: number | null; remaining: number | null; resets_at: string | null; reserve_percent: number };
    waiting: number;
    account: { name: string; subdomain: string };
    signed_in_as: { id: number; name: string; email: string; role: string };
    secret: { set: boolean; last4: string | null; set_at: string | null };
    actions: IntegrationAction[];
    notices: Notice[];
    created_at: string;
}

export interface Connected extends Integration {
    checks: Check[];
    warnings: Warning[];
}

export interface ConnectionTest {
    id: string;
    result: 'passed' | 'warning' | 'failed';
    checks: Check[];
    created_at: string;
}

export type Credentials =
    | { provider: 'zendesk'; auth: 'api_token'; subdomain: string; email: string; api_token: string }
    | { provider: 'zendesk'; auth: 'oauth_client'; subdomain: string; client_id: string; client_secret: string };

export interface ZendeskFacts {
    token_dates: { no_new_tokens: string; end: string };
    days_left: number;
    links: Record<string, string>; // each with {sub} in the place of the subdomain
}

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

export interface Call {
    id: string;
    action: string | null;
    method: string;
    path: string;
    status: number; // 0: no answer came
    ms: number;
    request: Json;
    answer: Json;
    headers: Json;
    fault: string | null;
    created_at: string;
}

export interface Message {
    id: string;
    seq: number;
    author: 'visitor' | 'agent';
    text: string;
    turn: string;
    receipt: string | null;
    receipts: string[];
    created_at: string;
}

export type ActionStatus = 'proposed' | 'confirmed' | 'sending' | 'waiting' | 'done' | 'rejected' | 'cancelled' | 'needs_human';

export interface Action {
    id: string;
    turn: string;
    name: string;
    title: string;
    status: ActionStatus;
    hash: string;
    arguments: Record<string, Json>;
    result: Record<string, Json> | null;
    problem: Problem | null;
    reference: string | null;
    dry_run: boolean;
    writes: boolean;
    created_at: string;
    updated_at: string;
    calls: Call[];
}

export type Level = 'L0' | 'L1' | 'L2' | 'L3' | 'L4';

// One call to a language model within a turn.
export interface ModelRun {
    id: string;
    turn: string;
    engine: 'builtin' | 'provider';
    provider_name: string | null;
    model: string | null;
    why: string;
    state: 'running' | 'done' | 'failed';
    fault: string | null;
    evidence: string | null;
    usage: { input_tokens: number; cached_tokens: number; output_tokens: number };
    cost_usd: number;
    first_ms: number | null;
    ms: number | null;
    created_at: string;
}

// How the built-in engine reads a message.
export interface Explained {
    language: string;
    meaning: string;
    guess?: { best: string; score: number; rival: string; margin: number; certainty: string };
    clauses: Record<string, Json>[];
    values?: Record<string, Json>;
    acts?: string[];
}

export type Awaiting = null | 'person' | 'details' | 'confirmation' | 'action';

export interface TurnAnswer {
    turn: string;
    replies: Message[];
    actions: Action[];
    awaiting: Awaiting;
}

export interface ConversationSummary {
    id: string;
    agent: string;
    channel: string;
    title: string;
    dry_run: boolean;
    level: Level;
    visitor: { email: string; name: string | null; verified: boolean } | null;
    outcome?: string | null;
    needs_person_at: string | null;
    created_at: string;
    updated_at: string;
}

// A file that waits for the next ticket or comment of its conversation.
export interface Attached {
    id: string;
    token: string;
    file_name: string;
    size: number;
    expires_at: string;
}

export interface Conversation extends ConversationSummary {
    messages: Message[];
    actions: Action[];
    files: Attached[];
    awaiting: Awaiting;
}
