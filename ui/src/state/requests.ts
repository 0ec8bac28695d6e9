// Requests that wait or need a person, shared by the navigation's count and the screen. Read again every 15 s while somebody looks at the console.
import { signal } from '@preact/signals';
import { asProblem, get } from '../api/client';
import type { List, Problem, RequestRow } from '../api/types';

export const requests = signal<RequestRow[] | null>(null);
export const requestsProblem = signal<Problem | null>(null);

export async function refreshRequests(): Promise<void> {
    try {
        requests.value = (await get<List<RequestRow>>('/requests?limit=100')).items;
        requestsProblem.value = null;
    } catch (reason) {
        requestsProblem.value = asProblem(reason);
    }
}

export function followRequests(): () => void {
    void refreshRequests();
    const timer = setInterval(() => {
        if (document.visibilityState === 'visible') void refreshRequests();
    }, 15_000);
    return () => clearInterval(timer);
}
