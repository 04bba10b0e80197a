import { useCallback, useRef, useState } from 'react';

/** The width of an element (px), renewed when it changes; give the second value as the element's ref. */
export function useWidth<E extends Element>(): [number, (element: E | null) => void] {
    const [width, setWidth] = useState(0);
    const observer = useRef<ResizeObserver>(undefined);
    const measure = useCallback((element: E | null) => {
        observer.current?.disconnect();
        if (!element) return;
        observer.current = new ResizeObserver(([entry]) => {
            if (entry) setWidth(entry.contentRect.width);
        });
        observer.current.observe(element);
    }, []);
    return [width, measure];
}

/** Width and height of an element (px), renewed when they change; give the third value as its ref. */
export function useSize<E extends Element>(): [number, number, (element: E | null) => void] {
    const [size, setSize] = useState<[number, number]>([0, 0]);
    const observer = useRef<ResizeObserver>(undefined);
    const measure = useCallback((element: E | null) => {
        observer.current?.disconnect();
        if (!element) return;
        observer.current = new ResizeObserver(([entry]) => {
            if (entry) setSize([entry.contentRect.width, entry.contentRect.height]);
        });
        observer.current.observe(element);
    }, []);
    return [...size, measure];
}
