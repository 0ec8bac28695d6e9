// A modal dialog on the browser's own <dialog>: focus is held inside and goes back where it was; Escape closes it where it may be closed.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
    title: string;
    wide?: boolean;
    onClose?: () => void; // absent: it cannot be closed without an answer
    children: ComponentChildren;
}

export function Dialog({ title, wide, onClose, children }: DialogProps) {
    const dialogRef = useRef<HTMLDialogElement>(null);
    useLayoutEffect(() => {
        const dialog = dialogRef.current;
        dialog?.showModal();
        return () => dialog?.close();
    }, []);
    return (
        <dialog
            ref={dialogRef}
            class={wide ? 'dialog dialog-wide' : 'dialog'}
            aria-labelledby="dialog-title"
            onCancel={(event) => {
                event.preventDefault();
                onClose?.();
            }}
        >
            <h2 id="dialog-title">{title}</h2>
            {children}
        </dialog>
    );
}
