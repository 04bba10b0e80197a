import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { Icon } from './Icon';
import { useKeys } from './keys';

/** An undo is offered for this long (ms); plain words go sooner. */
const UNDO_TIME = 8000;
const READ_TIME = 6000;

interface Toast {
    text: string;
    bad: boolean;
    undo?: (() => void) | undefined;
}

export interface Toasts {
    say(text: string, undo?: () => void): void;
    complain(text: string): void;
}

const ToastContext = createContext<Toasts>({ say: () => undefined, complain: () => undefined });

export function useToasts(): Toasts {
    return useContext(ToastContext);
}

/** Says what was just done, one thing at a time, with an undo where there is one. */
export function ToastProvider({ children }: { children: ReactNode }) {
    const [toast, setToast] = useState<Toast>();
    const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
    const show = useCallback((next: Toast | undefined) => {
        clearTimeout(timer.current);
        setToast(next);
        if (next && !next.bad) timer.current = setTimeout(() => setToast(undefined), next.undo ? UNDO_TIME : READ_TIME);
    }, []);
    const toasts = useRef<Toasts>({
        say: (text, undo) => show({ text, undo, bad: false }),
        complain: (text) => show({ text, bad: true }),
    });
    useEffect(() => () => clearTimeout(timer.current), []);

    const undo = () => {
        show(undefined);
        toast?.undo?.();
    };
    useKeys(toast?.undo ? { z: undo } : {});

    return (
        <ToastContext value={toasts.current}>
            {children}
            <div className="toasts" role="status" aria-live="polite">
                {toast && (
                    <div className={`toast ${toast.bad ? 'bad' : ''}`}>
                        <span>{toast.text}</span>
                        {toast.undo && (
                            <button className="btn quiet small" onClick={undo}>
                                Undo <kbd>z</kbd>
                            </button>
                        )}
                        <button className="btn quiet icon small" aria-label="Dismiss" onClick={() => show(undefined)}>
                            <Icon name="x" size="s" />
                        </button>
                    </div>
                )}
            </div>
        </ToastContext>
    );
}
