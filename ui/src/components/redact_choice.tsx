// What a model provider does not get to read, beside secrets and card numbers.
import type { Redacted } from '../api/types';

const classes: Record<Redacted, string> = { email: 'E-mail addresses', phone: 'Phone numbers', iban: 'IBANs' };
const all = Object.keys(classes) as Redacted[];

export function RedactChoice({ chosen, onChosen }: { chosen: Redacted[]; onChosen: (classes: Redacted[]) => void }) {
    return (
        <fieldset class="field choices">
            <legend>Taken out of what it reads</legend>
            <p class="hint">Secrets and card numbers always are. What you choose is replaced by a placeholder, and put back in the answer.</p>
            {all.map((one) => (
                <label key={one} class="choice">
                    <input
                        type="checkbox"
                        name={`redact-${one}`}
                        checked={chosen.includes(one)}
                        onChange={(event) => onChosen(all.filter((other) => (other === one ? event.currentTarget.checked : chosen.includes(other))))}
                    />
                    <span>{classes[one]}</span>
                </label>
            ))}
        </fieldset>
    );
}
