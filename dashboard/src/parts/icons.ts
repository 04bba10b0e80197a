/**
 * Icons as lists of shapes. State icons differ in silhouette, so that they read without colour.
 * A shape is `[path, kind]`: a stroke unless it says `fill`, or `cut` for a stroke in the panel's colour.
 */
export type Shape = readonly [d: string, kind?: 'fill' | 'cut' | 'dash' | 'thick'];

const ring = (r: number) => `M${8 - r} 8a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z`;
const box = (x: number, y: number, w: number, h: number, r: number) =>
    `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`;

export const icons: Record<string, readonly Shape[]> = {
    waiting: [[ring(5.75)], ['M8 4.9V8l2.1 1.5']],
    blocked: [[box(2.5, 2.5, 11, 11, 1.5)], ['M3 9.2 9.2 3M3.4 13 13 3.4M6.8 13 13 6.8']],
    loading: [[ring(5.9), 'dash'], ['M8 5v5.4M5.9 8.5 8 10.6l2.1-2.1']],
    running: [['M4 2.3v11.4c0 .5.5.8.9.5l8.6-5.7a.6.6 0 0 0 0-1L4.9 1.8c-.4-.3-.9 0-.9.5z', 'fill']],
    done: [
        [ring(6.6), 'fill'],
        ['m5.1 8.2 2 2 3.8-4.2', 'cut'],
    ],
    failed: [
        ['M8 .9 15.1 8 8 15.1.9 8z', 'fill'],
        ['M8 4.9v3.7M8 10.9v.2', 'cut'],
    ],
    held: [
        [box(1.8, 1.8, 12.4, 12.4, 2.2), 'fill'],
        ['M6.2 5.2v5.6M9.8 5.2v5.6', 'cut'],
    ],
    cancelled: [[ring(5.9)], ['m4 12 8-8']],
    lost: [
        ['M2 6.2A9 9 0 0 1 5 4.3M14 6.2a9 9 0 0 0-4.5-2.3M4.5 9a5 5 0 0 1 2-1.3M11.5 9 10 8M8 12.2h.1M2.5 2.5l11 11'],
    ],
    jobs: [['M2.5 4h11M2.5 8h11M2.5 12h7']],
    nodes: [[box(2, 2.2, 12, 4.8, 1)], [box(2, 9, 12, 4.8, 1)], ['M4.5 4.6h.1M4.5 11.4h.1M8 4.6h3.5M8 11.4h3.5']],
    api: [['M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4']],
    search: [['M2.6 7a4.4 4.4 0 1 1 8.8 0a4.4 4.4 0 1 1-8.8 0z'], ['m10.4 10.4 3.2 3.2']],
    theme: [[ring(5.6)], ['M8 2.4a5.6 5.6 0 0 1 0 11.2z', 'fill']],
    x: [['m4 4 8 8M12 4l-8 8']],
    pause: [['M5.4 3.2v9.6M10.6 3.2v9.6', 'thick']],
    prev: [['M12 3.2v9.6L5 8z', 'fill'], ['M4 3.2v9.6']],
    next: [['M4 3.2v9.6L11 8z', 'fill'], ['M12 3.2v9.6']],
    loop: [['M3 7a4 4 0 0 1 4-3h5.5M10.6 2l2 2-2 2M13 9a4 4 0 0 1-4 3H3.5M5.4 14l-2-2 2-2']],
    copy: [[box(5.5, 5.5, 8, 8, 1.2)], ['M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2']],
    retry: [['M13 8a5 5 0 1 1-1.5-3.6M13.2 2.2v3h-3']],
    pencil: [['m3 13 .6-3L10.8 2.8l2.4 2.4L6 12.4z']],
    check: [['m3 8.4 3.3 3.3L13 4.7']],
    warn: [['M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.7v.1']],
    disk: [
        ['M2.5 4c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2-2.5 2-5.5 2-5.5-.9-5.5-2z'],
        ['M2.5 4v8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2'],
    ],
    plus: [['M8 3v10M3 8h10']],
    minus: [['M3 8h10']],
    fit: [['M2 8h12M4.5 5.5 2 8l2.5 2.5M11.5 5.5 14 8l-2.5 2.5']],
    full: [['M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10']],
    table: [[box(2, 2.8, 12, 10.4, 1)], ['M2 6.2h12M2 9.7h12M6.5 6.2v7']],
    down: [['M3.8 6 8 10.2 12.2 6']],
    download: [['M8 2.5v7.6M4.8 7.2 8 10.4l3.2-3.2M2.8 13.2h10.4']],
    limits: [[box(2, 2, 5, 5, 1), 'fill'], [box(9.2, 2.2, 4.6, 4.6, 1)], [box(2, 9, 5, 5, 1), 'fill'], [box(9, 9, 5, 5, 1), 'fill']],
    usage: [['M2.5 13.5h11M4.4 13.2V8.6M8 13.2V3.4M11.6 13.2V6.2', 'thick']],
    film: [[box(2, 3, 12, 10, 1)], ['M5 3v10M11 3v10M2 6.4h3M2 9.7h3M11 6.4h3M11 9.7h3']],
    user: [['M5.4 5.2a2.6 2.6 0 1 1 5.2 0a2.6 2.6 0 1 1-5.2 0z'], ['M3 13.5c.5-2.8 2.5-4.2 5-4.2s4.5 1.4 5 4.2']],
};
