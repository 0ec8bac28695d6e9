// While the server is out of reach it is asked again every few seconds, so that the bar goes away by itself.
import { effect } from '@preact/signals';
import { reachable } from '../api/client';

const retryMs = 3000;

async function ask(): Promise<void> {
    try {
        reachable.value = (await fetch('/livez', { cache: 'no-store' })).ok;
    } catch {
        reachable.value = false;
    }
}

export function watchReach(): void {
    addEventListener('offline', () => (reachable.value = false));
    addEventListener('online', () => void ask());
    effect(() => {
        if (reachable.value) return undefined;
        const timer = setInterval(() => void ask(), retryMs);
        return () => clearInterval(timer);
    });
}
