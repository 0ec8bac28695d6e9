// An agent's settings as a form: what it knows, how it sounds, what new tickets get, what answers.
import type { AgentSettings, Problem, Provider, TicketPriority, TicketType } from '../api/types';
import { EngineFields } from './engine_fields';
import { Field, faultOf } from './field';
import { SelectField } from './select_field';

const priorities = [['', 'as the visitor says, else normal'], ['low', 'Low'], ['normal', 'Normal'], ['high', 'High'], ['urgent', 'Urgent']] as const;
const types = [['', 'as the visitor says, else none'], ['question', 'Question'], ['incident', 'Incident'], ['problem', 'Problem'], ['task', 'Task']] as const;

// As they are typed: lists are one text.
export interface Typed extends Omit<AgentSettings, 'languages' | 'ticket_defaults'> {
    languages: string;
    priority: string;
    type: string;
    tags: string;
}

export function typedOf({ languages, ticket_defaults, ...rest }: AgentSettings): Typed {
    const { instructions, tone, escalation, engine, provider, model, fallbacks } = rest;
    const { priority, type, tags } = ticket_defaults;
    return { instructions, tone, escalation, engine, provider, model, fallbacks, languages: languages.join(', '), priority: priority ?? '', type: type ?? '', tags: tags.join(', ') };
}

const words = (text: string): string[] =>
    text
        .split(/[,\n]/)
        .map((word) => word.trim())
        .filter((word) => word !== '');

// What the API takes: "" takes a setting back.
export function settingsOf({ languages, priority, type, tags, provider, model, ...rest }: Typed): object {
    return {
        ...rest,
        provider: rest.engine === 'provider' ? (provider ?? '') : '',
        model: rest.engine === 'provider' ? (model ?? '') : '',
        fallbacks: rest.engine === 'provider' ? rest.fallbacks : [],
        languages: words(languages.toLowerCase()),
        ticket_defaults: { priority: priority as TicketPriority | '', type: type as TicketType | '', tags: words(tags) },
    };
}

interface AgentFormProps {
    typed: Typed;
    onTyped: (typed: Typed) => void;
    providers: Provider[];
    problem: Problem | null;
}

export function AgentForm({ typed, onTyped, providers, problem }: AgentFormProps) {
    const set = <K extends keyof Typed>(name: K) => (value: Typed[K]) => onTyped({ ...typed, [name]: value });
    const { instructions, tone, languages, escalation, priority, type, tags } = typed;
    return (
        <>
            <EngineFields typed={typed} onTyped={onTyped} providers={providers} problem={problem} />
            <fieldset class="group">
                <legend>How it talks</legend>
                <p class="hint">A language model follows these. The built-in engine has words of its own, and answers in English, German and Spanish.</p>
                <Field
                    name="instructions"
                    label="Instructions"
                    hint="What it should know and do: your products, your rules, what to ask for."
                    rows={10}
                    value={instructions}
                    onValue={set('instructions')}
                    fault={faultOf(problem, 'instructions')}
                />
                <Field name="tone" label="Tone" hint="Such as: warm and brief, first names, no emoji." value={tone} onValue={set('tone')} fault={faultOf(problem, 'tone')} maxLength={4096} />
                <Field
                    name="languages"
                    label="Languages"
                    hint="Codes with commas between them, such as en, de. Empty: whatever the visitor writes."
                    value={languages}
                    onValue={set('languages')}
                    fault={faultOf(problem, 'languages')}
                />
                <Field
                    name="escalation"
                    label="When a person takes over"
                    hint="Such as: legal threats, refunds over 200 euros, anybody who asks for a person twice."
                    rows={3}
                    value={escalation}
                    onValue={set('escalation')}
                    fault={faultOf(problem, 'escalation')}
                />
            </fieldset>
            <fieldset class="group">
                <legend>What new tickets get</legend>
                <p class="hint">It is read back with everything else before anybody agrees. What the visitor says comes first; tags come in addition.</p>
                <div class="pair">
                    <SelectField name="priority" label="Priority" value={priority} options={priorities} onValue={set('priority')} />
                    <SelectField name="type" label="Type" value={type} options={types} onValue={set('type')} />
                </div>
                <Field name="tags" label="Tags" hint="With commas between them." value={tags} onValue={set('tags')} fault={faultOf(problem, 'ticket_defaults')} />
            </fieldset>
        </>
    );
}
