// A labelled choice of one from a list.
import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/types';

interface SelectFieldProps {
    name: string;
    label: string;
    value: string;
    options: readonly (readonly [value: string, label: string])[];
    onValue: (value: string) => void;
    hint?: ComponentChildren;
    fault?: Problem | null;
}

export function SelectField({ name, label, value, options, onValue, hint, fault }: SelectFieldProps) {
    const described = [hint ? `${name}-hint` : '', fault ? `${name}-fault` : ''].filter(Boolean).join(' ');
    return (
        <div class="field">
            <label for={name}>{label}</label>
            <select
                id={name}
                name={name}
                value={value}
                aria-invalid={fault ? true : undefined}
                aria-describedby={described === '' ? undefined : described}
                onChange={(event) => onValue(event.currentTarget.value)}
            >
                {options.map(([option, words]) => (
                    <option key={option} value={option}>
                        {words}
                    </option>
                ))}
            </select>
            {fault && (
                <p class="field-fault" id={`${name}-fault`} data-fault={fault.code}>
                    {fault.title}. {fault.detail}
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
