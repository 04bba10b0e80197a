/** Which frames a person means, and what an archive of them will hold. */
import type { Place } from './flipModel';
import { bytes, count } from '../parts/words';

type Range = readonly [first: number, last: number];

/** Reads frames such as "1-10, 15"; an empty text means all. Undefined where it is no such text. */
export function readFrames(text: string): Range[] | undefined {
    const ranges: Range[] = [];
    for (const part of text.split(',').map((piece) => piece.trim())) {
        if (part === '') continue;
        const found = /^(-?\d{1,9})(?:\s*-\s*(-?\d{1,9}))?$/.exec(part);
        if (!found) return undefined;
        const first = Number(found[1]);
        const last = found[2] === undefined ? first : Number(found[2]);
        if (last < first) return undefined;
        ranges.push([first, last]);
    }
    return ranges;
}

/** The ranges in order, those that touch as one: the server takes no frame twice. */
export function written(ranges: readonly Range[]): string {
    const joined: [number, number][] = [];
    for (const [first, last] of ranges.toSorted((one, other) => one[0] - other[0])) {
        const former = joined.at(-1);
        if (former && first <= former[1] + 1) former[1] = Math.max(former[1], last);
        else joined.push([first, last]);
    }
    return joined.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

export interface Chosen {
    /** The archive's address; undefined where there is nothing to download. */
    address: string | undefined;
    says: string;
    wrong: boolean;
}

/** What a text chooses among the pictures that are there, in words and as an address. */
export function chosen(job: string, step: string, places: readonly Place[], text: string): Chosen {
    const ranges = readFrames(text);
    if (!ranges) return { address: undefined, says: 'Frames are written like 1-10, 15.', wrong: true };
    const outputs = places.flatMap(({ output }) => (output ? [output] : []));
    const within = (label: string) => ranges.some(([first, last]) => Number(label) >= first && Number(label) <= last);
    const meant = ranges.length === 0 ? outputs : outputs.filter(({ label }) => within(label));
    if (meant.length === 0) return { address: undefined, says: 'None of these frames is done.', wrong: true };
    const size = meant.reduce((sum, output) => sum + (output.bytes ?? 0), 0);
    const query = new URLSearchParams({ step, ...(ranges.length > 0 ? { frames: written(ranges) } : {}) });
    return {
        address: `/api/v1/jobs/${encodeURIComponent(job)}/outputs.zip?${query}`,
        says: `${count(meant.length, 'file')}${size > 0 ? `, ${bytes(size)}` : ''}`,
        wrong: false,
    };
}
