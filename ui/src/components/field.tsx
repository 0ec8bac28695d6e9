// A labelled input with its hint and, when it is at fault, the sentence of the problem beside it.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../api/types';

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
    required?: boolean;
    maxLength?: number;
    onUseSuggestion?: (suggestion: string) => void;
}

// The fault of this field, if the problem names it.
export function faultOf(problem: Problem | null, name: string): Problem | null {
    return problem?.field === name ? problem : null;
}

export function Field(props: FieldProps) {
    const { name, label, value, onValue, hint, fault, type = 'text', suffix, rows } = props;
    const [shown, setShown] = useState(false);
    const described = [hint ? `${name}-hint` : '', fault ? `${name}-fault` : ''].filter(Boolean).join(' ');
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
                        inputMode={type === 'email' ? 'email' : 'text'}
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
                <p class="field-fault" id={`${name}-fault`}>
                    {fault.title}
                    {fault.suggestion && props.onUseSuggestion && (
                        <button type="button" class="button button-small" onClick={() => props.onUseSuggestion?.(fault.suggestion ?? '')}>
                            Use {fault.suggestion}
                        </button>
                    )}
                </p>
            )}
            {hint && (
                <p class="hint" id={`${name}-hint`}>
                    {hint}
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
