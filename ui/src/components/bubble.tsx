import type { ComponentChildren } from 'preact';
import { Ago } from './time';

const address = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/;

// Text of a visitor, an agent or Zendesk: shown as it is, addresses as links, nothing else interpreted.
function Words({ text }: { text: string }) {
    return (
        <>
            {text.split(address).map((part, index) =>
                index % 2 === 1 ? (
                    <a key={index} href={part} target="_blank" rel="noreferrer">
                        {part}
                    </a>
                ) : (
                    part
                ),
            )}
        </>
    );
}

interface BubbleProps {
    author: 'visitor' | 'agent';
    name: string;
    text: string;
    time: string | null; // null: on its way
    children?: ComponentChildren; // what can be done with it
}

export function Bubble({ author, name, text, time, children }: BubbleProps) {
    return (
        <div class={`bubble bubble-${author}`} data-author={author}>
            <p class="bubble-head">
                <b dir="auto">{name}</b> {time ? <Ago time={time} /> : author === 'agent' ? 'writing' : 'sending'}
                {children}
            </p>
            <p class="bubble-text" dir="auto">
                <Words text={text} />
            </p>
        </div>
    );
}
