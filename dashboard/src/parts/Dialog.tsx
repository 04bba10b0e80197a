import { type ReactNode, useEffect, useRef } from 'react';

/** A native dialog: it keeps the focus inside, closes on Escape and on a click beside it. */
export function Dialog({ label, close, children }: { label: string; close: () => void; children: ReactNode }) {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => dialog.current?.showModal(), []);
    return (
        <dialog
            ref={dialog}
            className="palette"
            aria-label={label}
            onClose={close}
            onClick={(event) => event.target === dialog.current && dialog.current.close()}
        >
            {children}
        </dialog>
    );
}
