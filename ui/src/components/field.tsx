// A labelled input with its hint and, when it is at fault, the sentence of the problem beside it.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../api/types';
import { ProblemActions, Prose } from './problem';

interface FieldProps {
    name: string;
    label: string;
    value: string;
    onValue: (value: string) => void;
    hint?: ComponentChildren;
    fault?: Problem | null;
    type?: 'text' | 'email' | 'password';
    autocomplete?: string;
    rows?: number; // makes it a text area
    suffix?: string;
    number?: boolean; // of digits and a point
    required?: boolean;
    maxLength?: number;
    autofocus?: boolean; // where a dialog puts the cursor when it opens
    onUseSuggestion?: (suggestion: string) => void;
}

// The fault of this field, if the problem names it.
export function faultOf(problem: Problem | null, name: string): Problem | null {
    return problem?.field === name ? problem : null;
}

export function Field(props: FieldProps) {
    const { name, label, value, onValue, hint, fault, type = 'text', suffix, rows } = props;
    const [shown, setShown] = useState(false);
    const shownHint = fault?.detail ? null : hint; // the fault says it better
    const described = [shownHint ? `${name}-hint` : '', fault ? `${name}-fault` : ''].filter(Boolean).join(' ');
    const shared = {
        id: name,
        name,
        value,
        required: props.required ?? false,
        spellcheck: false,
        'aria-invalid': fault ? true : undefined,
        'aria-describedby': described === '' ? undefined : described,
        onInput: (event: Event) => onValue((event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value),
        ...(props.maxLength ? { maxLength: props.maxLength } : {}),
    } as const;
    const inputType = type === 'password' && !shown ? 'password' : 'text';

    return (
        <div class="field">
            <label for={name}>{label}</label>
            {rows ? (
                <textarea {...shared} rows={rows} />
            ) : (
                <div class={fault ? 'input input-fault' : 'input'}>
                    <input
                        {...shared}
                        type={inputType as 'text'}
                        inputMode={props.number ? 'decimal' : type === 'email' ? 'email' : 'text'}
                        {...(props.number ? { pattern: '[0-9]*[.]?[0-9]*' } : {})}
                        autofocus={props.autofocus ?? false}
                        autocapitalize="none"
                        autocomplete={props.autocomplete ?? 'off'}
                    />
                    {suffix && <span class="input-suffix">{suffix}</span>}
                    {type === 'password' && (
                        <button type="button" class="input-button" aria-pressed={shown} aria-label={`Show ${label}`} onClick={() => setShown(!shown)}>
                            {shown ? 'Hide' : 'Show'}
                        </button>
                    )}
                </div>
            )}
            {fault && (
                <div class="field-fault" id={`${name}-fault`} data-fault={fault.code}>
                    <p class="field-fault-title">
                        {fault.title}
                        {fault.suggestion && props.onUseSuggestion && (
                            <button type="button" class="button button-small" onClick={() => props.onUseSuggestion?.(fault.suggestion ?? '')}>
                                Use {fault.suggestion}
                            </button>
                        )}
                    </p>
                    {fault.detail && (
                        <p>
                            <Prose text={fault.detail} />
                        </p>
                    )}
                    <ProblemActions problem={fault} acts={{}} />
                </div>
            )}
            {shownHint && (
                <p class="hint" id={`${name}-hint`}>
                    {shownHint}
                </p>
            )}
        </div>
    );
}

// Puts the cursor where the fix is to be made.
export function focusField(name: string): void {
    const input = document.getElementById(name);
    if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement) {
        input.focus();
        input.select();
    }
}
