// What a key is made for: as many of the six as the program needs.
export const scopes = {
    read: 'See agents, integrations, conversations and requests',
    chat: 'Hold conversations',
    act: 'Run actions in Zendesk, decide about requests',
    configure: 'Change agents, integrations and model providers',
    admin: 'Members, keys, audit log, webhook, backups',
    vouch: 'Say who a visitor is (visitor.verified); for admins',
} as const;

export type Scope = keyof typeof scopes;
export const allScopes = Object.keys(scopes) as Scope[];

export function ScopeChoice({ chosen, onChosen }: { chosen: Scope[]; onChosen: (scopes: Scope[]) => void }) {
    return (
        <fieldset class="field choices">
            <legend>What it is for</legend>
            {allScopes.map((scope) => (
                <label key={scope} class="choice">
                    <input
                        type="checkbox"
                        name={`scope-${scope}`}
                        checked={chosen.includes(scope)}
                        onChange={(event) => onChosen(allScopes.filter((one) => (one === scope ? event.currentTarget.checked : chosen.includes(one))))}
                    />
                    <span>
                        {scope}
                        <span class="block muted">{scopes[scope]}</span>
                    </span>
                </label>
            ))}
        </fieldset>
    );
}
