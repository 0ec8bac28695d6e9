interface SwitchProps {
    label: string;
    hideLabel?: boolean;
    on: boolean;
    disabled?: boolean;
    onChange: (on: boolean) => void;
}

export function Switch({ label, hideLabel, on, disabled, onChange }: SwitchProps) {
    return (
        <label class="switch">
            <input type="checkbox" role="switch" checked={on} disabled={disabled ?? false} onChange={(event) => onChange(event.currentTarget.checked)} />
            <span class="switch-track" aria-hidden="true" />
            <span class={hideLabel ? 'unseen' : ''}>{label}</span>
        </label>
    );
}
