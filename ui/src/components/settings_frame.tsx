// What the screens of the workspace's settings share.
import { place } from '../router';

const tabs = [
    ['/settings/members', 'Members'],
    ['/settings/providers', 'Providers'],
    ['/settings/keys', 'API keys'],
    ['/settings/webhook', 'Webhook'],
    ['/settings/audit', 'Audit log'],
    ['/settings/system', 'System'],
] as const;

export function SettingsTabs() {
    return (
        <nav class="tabs" aria-label="Settings">
            {tabs.map(([href, title]) => (
                <a key={href} class="tab" href={href} aria-current={place.value.path === href || place.value.path.startsWith(`${href}/`) ? 'page' : undefined}>
                    {title}
                </a>
            ))}
        </nav>
    );
}

export const roles = ['viewer', 'editor', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

const roleHints: Record<Role, string> = {
    viewer: 'Reads everything, changes nothing.',
    editor: 'Makes and changes agents, talks in Chatlab, settles requests.',
    admin: 'Also connects Zendesk, manages keys and members, reads the audit log.',
    owner: 'Everything, other owners included.',
};
export const roleHint = (role: Role): string => roleHints[role];

// Those that somebody with this role may give.
export const rolesUpTo = (role: string): Role[] => roles.slice(0, roles.indexOf(role as Role) + 1);

interface RoleChoiceProps {
    id: string;
    label: string;
    role: Role;
    own: string;
    onRole: (role: Role) => void;
}

export function RoleChoice({ id, label, role, own, onRole }: RoleChoiceProps) {
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <select id={id} value={role} aria-describedby={`${id}-hint`} onChange={(event) => onRole(event.currentTarget.value as Role)}>
                {rolesUpTo(own).map((one) => (
                    <option key={one} value={one}>
                        {one}
                    </option>
                ))}
            </select>
            <p class="hint" id={`${id}-hint`}>
                {roleHint(role)}
            </p>
        </div>
    );
}
