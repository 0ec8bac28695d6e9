// The console's own few icons: strokes on a 24 by 24 grid, in the colour of the text around them.
const shapes = {
    agents: 'M4 5h16v11h-8l-4 4v-4H4z',
    alert: 'M12 8v5m0 3.5v.01M12 3 2.5 20h19z',
    attach: 'm20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.4a1.6 1.6 0 0 1-2.3-2.3L14 7.7',
    back: 'm14 6-6 6 6 6',
    check: 'm5 12.5 4.5 4.5L19 7.5',
    checkCircle: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-4 9.3 2.8 2.8L16 9.8',
    chevron: 'm9 6 6 6-6 6',
    circle: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
    clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4.5V12l3 2',
    copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
    cross: 'M6 6l12 12M18 6 6 18',
    crossCircle: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9l6 6m0-6-6 6',
    dash: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12h8',
    external: 'M14 4h6v6m0-6-9 9M18 14v6H4V6h6',
    menu: 'M4 7h16M4 12h16M4 17h16',
    pause: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM10 9v6m4-6v6',
    person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 20c1-4 4-5 8-5s7 1 8 5',
    plus: 'M12 5v14M5 12h14',
    running: 'M12 3a9 9 0 0 1 9 9',
    send: 'M5 12h13m-6-6 6 6-6 6',
    settings: 'M5 7h9m5 0h-1M5 17h1m5 0h8M16 5v4M8.5 15v4',
    talk: 'M4 5h12v8H9l-5 4zM19 10v9l-4-3h-5',
    ticket: 'M4 7h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4z',
};

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }) {
    return (
        <svg class={name === 'running' ? 'icon icon-running' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
            <path d={shapes[name]} />
        </svg>
    );
}
