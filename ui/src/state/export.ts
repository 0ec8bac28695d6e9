// A list of the API, all of its pages, as a file of the browser.
import { get } from '../api/client';
import type { List } from '../api/types';
import { withCursor } from './pages';

export async function allOf<T>(path: string, told: (count: number) => void): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
        const page: List<T> = await get<List<T>>(cursor === '' ? path : withCursor(path, cursor));
        items.push(...page.items);
        told(items.length);
        cursor = page.next_cursor;
    }
    return items;
}

export function save(name: string, type: string, text: string): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// RFC 4180. A cell that a spreadsheet would take for a formula is made a text by an apostrophe.
const cell = (value: string): string => {
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export const csv = (rows: string[][]): string => rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
