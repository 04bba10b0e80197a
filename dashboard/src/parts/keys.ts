import { useEffect, useLayoutEffect, useRef } from 'react';

export type Keys = Record<string, (event: KeyboardEvent) => void>;

/** The second key of a pair such as `g j` must follow within this time (ms). */
const PAIR = 900;

/** The key that may have begun a pair, and the one that began it for the event at hand. */
let first = { key: '', at: 0 };
let before = '';

/**
 * Single letters and pairs ("g j") while the component is there. They work outside of inputs only
 * and leave the browser's own shortcuts alone.
 */
export function useKeys(keys: Keys): void {
    const latest = useRef(keys);
    // What is seen can be pressed: keys count from the moment that the page shows what they are for.
    useLayoutEffect(() => {
        latest.current = keys;
    });
    useEffect(() => {
        const press = (event: KeyboardEvent) => {
            if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
            if (!lettersAreOn() && /^[a-z]$/i.test(event.key)) return;
            const act = latest.current[before === '' ? event.key : `${before} ${event.key}`];
            if (act) {
                event.preventDefault();
                act(event);
            }
        };
        addEventListener('keydown', press);
        return () => removeEventListener('keydown', press);
    }, []);
}

/** Remembers the key that may begin a pair; listens once, before all others. */
export function useKeyPairs(): void {
    useEffect(() => {
        const press = (event: KeyboardEvent) => {
            before = Date.now() - first.at < PAIR ? first.key : '';
            const begins = event.key === 'g' && !isTyping(event) && !event.ctrlKey && !event.metaKey && !event.altKey;
            first = begins ? { key: event.key, at: Date.now() } : { key: '', at: 0 };
        };
        addEventListener('keydown', press, { capture: true });
        return () => removeEventListener('keydown', press, { capture: true });
    }, []);
}

/** Whether single letters do something; some people's input tools press them by mistake. */
export function lettersAreOn(): boolean {
    try {
        return localStorage.getItem('lumenyard-letters') !== 'off';
    } catch {
        return true;
    }
}

export function turnLetters(on: boolean): void {
    try {
        localStorage.setItem('lumenyard-letters', on ? 'on' : 'off');
    } catch {
        // Private windows may refuse; letters then stay as they are.
    }
}

function isTyping(event: KeyboardEvent): boolean {
    const target = event.target as HTMLElement | null;
    if (document.querySelector('dialog[open]')) return true;
    if (!target?.closest) return false;
    if (target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"], video')) return true;
    // A focused button or link keeps the keys that press it.
    return (event.key === 'Enter' || event.key === ' ') && target.closest('button, a, summary') !== null;
}
