// What answers: the built-in engine, or a language model with those to go on with when it fails.
import type { Problem, Provider } from '../api/types';
import type { Typed } from './agent_form';
import { faultOf, Field } from './field';
import { SelectField } from './select_field';

const fallbacksMax = 5;

interface EngineFieldsProps {
    typed: Typed;
    onTyped: (typed: Typed) => void;
    providers: Provider[];
    problem: Problem | null;
}

function Fallbacks({ typed, onTyped, providers }: Omit<EngineFieldsProps, 'problem'>) {
    const nameOf = (id: string) => providers.find((one) => one.id === id)?.name ?? 'a deleted provider';
    const left = providers.filter(({ id }) => id !== typed.provider && !typed.fallbacks.includes(id));
    const set = (fallbacks: string[]) => onTyped({ ...typed, fallbacks });
    return (
        <div class="field">
            <span class="field-name" id="fallbacks-name">
                When it fails
            </span>
            <ol class="chain" aria-labelledby="fallbacks-name">
                {typed.fallbacks.map((id) => (
                    <li key={id} class="line">
                        {nameOf(id)}
                        <button type="button" class="button button-small" aria-label={`Leave out ${nameOf(id)}`} onClick={() => set(typed.fallbacks.filter((one) => one !== id))}>
                            Leave out
                        </button>
                    </li>
                ))}
                <li class="line muted">Built-in engine</li>
            </ol>
            {left.length > 0 && typed.fallbacks.length < fallbacksMax && (
                <select aria-label="Add a provider to go on with" value="" onChange={(event) => set([...typed.fallbacks, event.currentTarget.value])}>
                    <option value="">Add a provider to go on with</option>
                    {left.map(({ id, name }) => (
                        <option key={id} value={id}>
                            {name}
                        </option>
                    ))}
                </select>
            )}
            <p class="hint">Tried in this order, before anything was said or done. The visitor does not notice.</p>
        </div>
    );
}

export function EngineFields({ typed, onTyped, providers, problem }: EngineFieldsProps) {
    const chosen = providers.find(({ id }) => id === typed.provider);
    const options = [['', 'Choose a provider'], ...providers.map(({ id, name, model }) => [id, `${name} (${model})`] as const)] as const;
    const engine = (value: Typed['engine'], title: string, words: string) => (
        <label class="choice">
            <input type="radio" name="engine" value={value} checked={typed.engine === value} onChange={() => onTyped({ ...typed, engine: value })} />
            <span>
                {title}
                <span class="block muted">{words}</span>
            </span>
        </label>
    );
    return (
        <fieldset class="group">
            <legend>What answers</legend>
            <div class="choices">
                {engine('builtin', 'Built-in engine', 'Runs on this server, costs nothing, sends nothing out.')}
                {engine('provider', 'Language model', 'Understands more. What is said goes to the provider you choose.')}
            </div>
            {typed.engine === 'provider' && (
                <>
                    <SelectField
                        name="provider"
                        label="Provider"
                        value={typed.provider ?? ''}
                        options={options}
                        onValue={(provider) => onTyped({ ...typed, provider: provider || null })}
                        fault={faultOf(problem, 'provider')}
                        hint={
                            <>
                                {providers.length === 0 && 'There is none yet. '}
                                <a href={providers.length === 0 ? '/settings/providers/new' : '/settings/providers'}>{providers.length === 0 ? 'Add a provider' : 'Open providers'}</a>
                            </>
                        }
                    />
                    <Field
                        name="model"
                        label="Model"
                        hint={chosen ? `Empty: ${chosen.model}, as the provider has it.` : "Empty: the provider's own."}
                        value={typed.model ?? ''}
                        onValue={(model) => onTyped({ ...typed, model: model || null })}
                        fault={faultOf(problem, 'model')}
                        maxLength={200}
                    />
                    <Fallbacks typed={typed} onTyped={onTyped} providers={providers} />
                </>
            )}
        </fieldset>
    );
}
