// The frame of one screen: title of the tab, heading, one sentence, the one main button. Moving to a screen puts the focus on its heading, so that a screen
// reader says where one is.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { moves } from '../router';

interface PageProps {
    title: string;
    heading?: ComponentChildren;
    lead?: ComponentChildren;
    above?: ComponentChildren;
    button?: ComponentChildren;
    wide?: boolean;
    children: ComponentChildren;
}

export function Page({ title, heading, lead, above, button, wide, children }: PageProps) {
    const headingRef = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        document.title = `${title} - ChatCrafterAI`;
    }, [title]);
    useEffect(() => {
        if (moves.peek() > 0) headingRef.current?.focus({ preventScroll: true });
    }, []);
    return (
        <div class={wide ? 'page page-wide' : 'page'}>
            {above}
            <header class="page-head">
                <div class="page-words">
                    <h1 ref={headingRef} tabIndex={-1}>
                        {heading ?? title}
                    </h1>
                    {lead && <p class="lead">{lead}</p>}
                </div>
                {button && <div class="page-button">{button}</div>}
            </header>
            {children}
        </div>
    );
}
