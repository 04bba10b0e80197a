import { useSyncExternalStore } from 'react';

/** Turns light into dark and back, and remembers it in this browser. */
export function toggleTheme(): void {
    const next = document.documentElement.dataset.theme === 'light' ? 'dark' : 'light';
    document.documentElement.dataset.theme = next;
    try {
        localStorage.setItem('lumenyard-theme', next);
    } catch {
        // Private windows may refuse; the choice then lasts as long as the page.
    }
    dispatchEvent(new Event('lumenyard-theme'));
}

function subscribe(changed: () => void): () => void {
    addEventListener('lumenyard-theme', changed);
    return () => removeEventListener('lumenyard-theme', changed);
}

/** Which theme is on; canvases paint again when it changes. */
export function useTheme(): string {
    return useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme ?? 'dark');
}

/** Whether a media query is met, as it changes. */
export function useMedia(query: string): boolean {
    return useSyncExternalStore(
        (changed) => {
            const media = matchMedia(query);
            media.addEventListener('change', changed);
            return () => media.removeEventListener('change', changed);
        },
        () => matchMedia(query).matches,
    );
}

const known = new Map<string, string>();

/** The value of a design token in the theme that is on, for canvases. */
export function token(name: string): string {
    const key = `${document.documentElement.dataset.theme} ${name}`;
    let value = known.get(key);
    if (value === undefined) {
        value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
        known.set(key, value);
    }
    return value;
}
