/** The flip-book's places: a frame each, with its picture where there is one and a gap where not. */
import type { Output, StripStep, TaskState } from '../api/types';
import { labels, stateAt } from './stripModel';

export interface Place {
    /** The task that makes the frame. */
    index: number;
    label: string;
    state: TaskState;
    output?: Output | undefined;
}

/** More tasks than this get no gaps: only the pictures that exist are places. */
const MOST_GAPS = 20_000;

/** The places of a step, in the order of its tasks. A chunk has a place for each picture it made. */
export function places(step: StripStep, outputs: readonly Output[]): Place[] {
    const pictures = outputs.filter(isPicture);
    if (step.binned || step.size > MOST_GAPS) {
        return pictures.map((output) => ({ index: output.index, label: output.label, state: 'done', output }));
    }
    const byTask = new Map<number, Output[]>();
    for (const output of pictures) {
        const made = byTask.get(output.index);
        if (made) made.push(output);
        else byTask.set(output.index, [output]);
    }
    const label = labels(step);
    const found: Place[] = [];
    for (let index = 0; index < step.size; index++) {
        const state = stateAt(step.cells, index) ?? 'waiting';
        const made = byTask.get(index);
        if (made) for (const output of made) found.push({ index, label: output.label, state, output });
        else found.push({ index, label: label(index) ?? `#${index + 1}`, state });
    }
    return found;
}

/** Whether a browser can show the output, by its thumbnail at least. */
export function isPicture(output: Output): boolean {
    return output.thumbnail !== undefined || /^image\/(png|jpeg|webp)$/.test(output.mediaType ?? '');
}

/** The address to show: the small picture while moving, the file itself when still, if browsers know it. */
export function address(output: Output, still: boolean): string | undefined {
    const whole = /^image\/(png|jpeg|webp)$/.test(output.mediaType ?? '') ? output.file : undefined;
    return still ? (whole ?? output.thumbnail) : (output.thumbnail ?? whole);
}

/** Where the newest picture is: the one of the youngest run. Undefined while there is none. */
export function newest(list: readonly Place[]): number | undefined {
    let best: number | undefined;
    for (const [at, place] of list.entries()) {
        if (place.output && (best === undefined || isYounger(place.output.run, list[best]?.output?.run ?? '')))
            best = at;
    }
    return best;
}

/** Ids rise, and their text is a number in base 36 without leading zeros. */
function isYounger(one: string, other: string): boolean {
    return one.length !== other.length ? one.length > other.length : one >= other;
}

/** The next place that has a picture, going round; the same place where no other has. */
export function nextPicture(list: readonly Place[], from: number): number {
    for (let step = 1; step <= list.length; step++) {
        const at = (from + step) % list.length;
        if (list[at]?.output) return at;
    }
    return from;
}
