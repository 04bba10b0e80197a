import { useEffect, useState } from 'react';

/** The present moment (ms), renewed each `every` ms while somebody looks. */
export function useNow(every = 30_000): number {
    const [now, setNow] = useState(Date.now);
    useEffect(() => {
        const renew = () => document.hidden || setNow(Date.now());
        const timer = setInterval(renew, every);
        document.addEventListener('visibilitychange', renew);
        return () => {
            clearInterval(timer);
            document.removeEventListener('visibilitychange', renew);
        };
    }, [every]);
    return now;
}

/** True once `ms` have passed: what loads quickly never shows that it loads. */
export function useLater(ms = 200): boolean {
    const [later, setLater] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setLater(true), ms);
        return () => clearTimeout(timer);
    }, [ms]);
    return later;
}
