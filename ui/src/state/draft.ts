// Unsent text, kept for this tab only: it survives a reload, an ended session and a crash of the tab, and leaves with the tab. Never used for secrets.
const prefix = 'draft:';

export function readDraft(key: string): string {
    return sessionStorage.getItem(prefix + key) ?? '';
}

export function writeDraft(key: string, text: string): void {
    if (text === '') sessionStorage.removeItem(prefix + key);
    else sessionStorage.setItem(prefix + key, text);
}
