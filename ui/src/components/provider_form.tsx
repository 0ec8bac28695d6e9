// A model provider as a form. The kind fills in what follows from it; the key is written and never read back.
import { useState } from 'preact/hooks';
import { asProblem, patch, post } from '../api/client';
import type { Problem, Protocol, Provider, ProviderAuth, Redacted } from '../api/types';
import { faultOf, Field } from './field';
import { ProblemCard } from './problem';
import { RedactChoice } from './redact_choice';
import { SelectField } from './select_field';

interface Kind {
    name: string;
    protocol: Protocol;
    base_url: string;
    auth: ProviderAuth;
    model: string; // an example
    about: string;
}

const kinds = {
    openai: { name: 'OpenAI', protocol: 'openai_responses', base_url: 'https://api.openai.com/v1', auth: 'bearer', model: 'gpt-4.1-mini', about: 'Responses API.' },
    openai_chat: { name: 'OpenAI, Chat Completions', protocol: 'openai_chat', base_url: 'https://api.openai.com/v1', auth: 'bearer', model: 'gpt-4.1-mini', about: 'The older API of OpenAI.' },
    anthropic: { name: 'Anthropic', protocol: 'anthropic', base_url: 'https://api.anthropic.com', auth: 'x-api-key', model: 'claude-sonnet-4-5', about: 'Messages API.' },
    ollama: { name: 'Ollama', protocol: 'ollama', base_url: 'http://127.0.0.1:11434', auth: 'none', model: 'qwen3:8b', about: 'Models on a machine of your own. The operator has to allow private addresses.' },
    azure: { name: 'Azure OpenAI', protocol: 'openai_chat', base_url: 'https://NAME.openai.azure.com/openai/v1', auth: 'api-key', model: 'the name of your deployment', about: 'Put the name of your resource in the base URL.' },
    compatible: { name: 'Compatible with OpenAI', protocol: 'openai_chat', base_url: '', auth: 'bearer', model: 'as the server names it', about: 'vLLM, llama.cpp, LM Studio, Groq, OpenRouter and others that speak Chat Completions.' },
} as const satisfies Record<string, Kind>;

type KindName = keyof typeof kinds;
const kindNames = Object.keys(kinds) as KindName[];

export function kindOf({ protocol, base_url, auth }: Pick<Provider, 'protocol' | 'base_url' | 'auth'>): KindName {
    if (protocol === 'openai_chat' && /\.openai\.azure\.com/.test(base_url)) return 'azure';
    const fits = (name: KindName) => kinds[name].protocol === protocol && (protocol !== 'openai_chat' || (kinds[name].base_url === base_url && kinds[name].auth === auth));
    return kindNames.find(fits) ?? 'compatible';
}

export const kindTitle = (provider: Provider): string => kinds[kindOf(provider)].name;

interface Typed {
    kind: KindName;
    name: string;
    model: string;
    base_url: string;
    key: string;
    input: string;
    cached: string;
    output: string;
    max_tokens: string;
    context_tokens: string;
    headers: string;
    redact: Redacted[];
}

const dollars = (value: number | undefined): string => (value === undefined ? '' : String(value));
const tokens = (value: number): string => (value === 0 ? '' : String(value));

function typedOf(provider: Provider | null): Typed {
    if (!provider)
        return { kind: 'openai', name: '', model: '', base_url: kinds.openai.base_url, key: '', input: '', cached: '', output: '', max_tokens: '', context_tokens: '', headers: '', redact: [] };
    const { name, model, base_url, price, max_tokens, context_tokens, headers, redact } = provider;
    const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
    return {
        kind: kindOf(provider),
        name,
        model,
        base_url,
        key: '',
        input: dollars(price?.input),
        cached: price?.cached_input === price?.input ? '' : dollars(price?.cached_input),
        output: dollars(price?.output),
        max_tokens: tokens(max_tokens),
        context_tokens: tokens(context_tokens),
        headers: lines.join('\n'),
        redact,
    };
}

function headersOf(text: string): Record<string, string> {
    const pairs = text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => {
            const colon = line.indexOf(':');
            return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
        });
    return Object.fromEntries(pairs) as Record<string, string>;
}

function bodyOf(typed: Typed, provider: Provider | null): object {
    const { protocol, auth } = kinds[typed.kind];
    const kept = provider !== null && kindOf(provider) === typed.kind; // what was set by other means stays
    const hasPrice = typed.input !== '' || typed.output !== '';
    const price = { input: Number(typed.input), output: Number(typed.output), ...(typed.cached === '' ? {} : { cached_input: Number(typed.cached) }) };
    return {
        name: typed.name,
        model: typed.model,
        base_url: typed.base_url,
        protocol: kept ? provider.protocol : protocol,
        auth: kept ? provider.auth : auth,
        max_tokens: Number(typed.max_tokens),
        context_tokens: Number(typed.context_tokens),
        headers: headersOf(typed.headers),
        redact: typed.redact,
        ...(typed.key === '' ? {} : { key: typed.key }),
        ...(hasPrice ? { price } : provider?.price ? { price: { input: 0, output: 0 } } : {}),
        ...(provider ? { version: provider.version } : {}),
    };
}

const fields = ['name', 'model', 'base_url', 'key', 'headers', 'input', 'output', 'cached_input', 'max_tokens', 'context_tokens'];

interface ProviderFormProps {
    provider: Provider | null; // null: a new one
    onSaved: (provider: Provider) => void;
}

export function ProviderForm({ provider, onSaved }: ProviderFormProps) {
    const [typed, setTyped] = useState<Typed>(() => typedOf(provider));
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem | null>(null);
    const kind = kinds[typed.kind];
    const set = (name: Exclude<keyof Typed, 'redact'>) => (value: string) => setTyped({ ...typed, [name]: value });

    // A name and an address that were not typed by hand follow the kind.
    function choose(name: string) {
        const next = name as KindName;
        const isOwnAddress = typed.base_url !== '' && typed.base_url !== kind.base_url;
        setTyped({ ...typed, kind: next, base_url: isOwnAddress && next === 'compatible' ? typed.base_url : kinds[next].base_url });
    }
    async function submit(event: Event) {
        event.preventDefault();
        setBusy(true);
        try {
            const body = bodyOf(typed.name === '' ? { ...typed, name: kind.name } : typed, provider);
            onSaved(provider ? await patch<Provider>(`/providers/${provider.id}`, body) : await post<Provider>('/providers', body));
            setProblem(null);
            setTyped((old) => ({ ...old, key: '' }));
        } catch (reason) {
            setProblem(asProblem(reason));
        }
        setBusy(false);
    }
    const keyHint = provider?.key.set ? `Set, ends in ${provider.key.last4}. Empty: it stays. Another base URL needs it again.` : 'It is sealed, and never shown again.';
    const number = (name: 'input' | 'cached' | 'output' | 'max_tokens' | 'context_tokens', label: string, field: string, hint?: string) => (
        <Field name={field} label={label} value={typed[name]} onValue={set(name)} fault={faultOf(problem, field)} hint={hint} number />
    );
    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            {problem && !fields.includes(problem.field ?? '') && <ProblemCard problem={problem} live />}
            <SelectField name="kind" label="Kind" value={typed.kind} options={kindNames.map((name) => [name, kinds[name].name] as const)} onValue={choose} hint={kind.about} />
            <Field name="name" label="Name" hint={`What it is called here. Empty: ${kind.name}.`} value={typed.name} onValue={set('name')} fault={faultOf(problem, 'name')} maxLength={120} />
            <Field name="model" label="Model" hint={`Such as ${kind.model}.`} value={typed.model} onValue={set('model')} fault={faultOf(problem, 'model')} required maxLength={200} />
            <Field name="base_url" label="Base URL" value={typed.base_url} onValue={set('base_url')} fault={faultOf(problem, 'base_url')} required maxLength={500} />
            {kind.auth !== 'none' && (
                <Field name="key" label="API key" type="password" hint={keyHint} value={typed.key} onValue={set('key')} fault={faultOf(problem, 'key')} autocomplete="new-password" maxLength={2048} />
            )}
            <fieldset class="group">
                <legend>Price</legend>
                <p class="hint">Dollars for a million tokens, from the provider's price list. Costs are reckoned with them.</p>
                <div class="pair">
                    {number('input', 'Input', 'input')}
                    {number('output', 'Output', 'output')}
                </div>
                {number('cached', 'Input from its cache', 'cached_input', 'Empty: as input.')}
            </fieldset>
            <RedactChoice chosen={typed.redact} onChosen={(redact) => setTyped({ ...typed, redact })} />
            <details class="fold">
                <summary>Limits and headers</summary>
                <div class="form">
                    {number('max_tokens', 'Tokens of one answer, at most', 'max_tokens', "Empty: the provider's own limit.")}
                    {kind.protocol === 'ollama' && number('context_tokens', 'Context tokens', 'context_tokens', 'Ollama cuts off what is longer. Empty: 16384.')}
                    <Field
                        name="headers"
                        label="Further headers"
                        hint="One a line, such as OpenAI-Project: proj_7. Secrets belong into the key."
                        rows={3}
                        value={typed.headers}
                        onValue={set('headers')}
                        fault={faultOf(problem, 'headers')}
                    />
                </div>
            </details>
            <div class="form-buttons">
                <button class="button button-main" disabled={busy}>
                    {provider ? 'Save provider' : 'Add provider'}
                </button>
                {!provider && (
                    <a class="button" href="/settings/providers">
                        Cancel
                    </a>
                )}
            </div>
        </form>
    );
}
