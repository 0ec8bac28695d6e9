// "5 minutes ago" and "10:05:30", with the moment and its zone on hover.
import { signal } from '@preact/signals';
import { ago, withZone } from '../format';

const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 30_000);

export function Ago({ time }: { time: string }) {
    return (
        <time dateTime={time} title={withZone(time)}>
            {ago(time, Math.max(now.value, Date.now()))}
        </time>
    );
}

/** A moment of today that is still to come. */
export function Clock({ time }: { time: string }) {
    return (
        <time dateTime={time} title={withZone(time)}>
            {new Date(time).toLocaleTimeString()}
        </time>
    );
}
