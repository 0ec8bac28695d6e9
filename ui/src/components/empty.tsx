import type { ComponentChildren } from 'preact';

// Nothing here yet: what it is for, and the one next step.
export function Empty({ title, children, step }: { title: string; children: ComponentChildren; step: ComponentChildren }) {
    return (
        <div class="empty">
            <h2>{title}</h2>
            <p>{children}</p>
            {step}
        </div>
    );
}

// Lines in the place of what is loading; the style sheet shows them only after 300 ms.
export function Skeleton({ lines }: { lines: number }) {
    return (
        <div class="skeleton" role="status">
            <span class="unseen">Loading</span>
            {Array.from({ length: lines }, (_, index) => (
                <div key={index} class="skeleton-line" />
            ))}
        </div>
    );
}
