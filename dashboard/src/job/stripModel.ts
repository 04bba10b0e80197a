/** The arithmetic of the frame strip: where a task stands, what it is called, what a point hits. */
import type { StripCell, StripStep, TaskState } from '../api/types';

/** What part of a strip is seen: `zoom` times the fitted width, from task `left` on. */
export interface View {
    zoom: number;
    left: number;
}

export const FIT: View = { zoom: 1, left: 0 };

/** A cell may become at most this wide (px), so that zooming ends where nothing more is to be seen. */
const WIDEST = 120;

/** The view after zooming by `by` around task `at`, kept within the strip. */
export function zoomed(view: View, by: number, at: number, size: number, width: number): View {
    const most = Math.max(1, (WIDEST * size) / Math.max(1, width));
    const zoom = clamp(view.zoom * by, 1, most);
    const share = ((at - view.left) / size) * view.zoom;
    return settled({ zoom, left: at - (share * size) / zoom }, size);
}

/** The view kept within the strip. */
export function settled({ zoom, left }: View, size: number): View {
    return { zoom, left: clamp(left, 0, size - size / zoom) };
}

/** The view moved just enough that task `at` is seen. */
export function showing(view: View, at: number, size: number): View {
    const span = size / view.zoom;
    if (at >= view.left && at + 1 <= view.left + span) return view;
    return settled({ zoom: view.zoom, left: at + 0.5 - span / 2 }, size);
}

/** Pixels from the left edge to the left edge of task `index`. */
export function toX(index: number, view: View, size: number, width: number): number {
    return ((index - view.left) * width * view.zoom) / size;
}

/** The task under `x`; it may lie outside of the strip. */
export function toIndex(x: number, view: View, size: number, width: number): number {
    return Math.floor((x * size) / (width * view.zoom) + view.left);
}

/** The cell that holds task `index`. Cells are in order and do not overlap. */
export function cellAt(cells: readonly StripCell[], index: number): StripCell | undefined {
    let low = 0;
    let high = cells.length - 1;
    while (low <= high) {
        const middle = (low + high) >> 1;
        const cell = cells[middle];
        if (!cell) return undefined;
        if (index < cell.from) high = middle - 1;
        else if (index > cell.to) low = middle + 1;
        else return cell;
    }
    return undefined;
}

/** The state of one task; undefined in a bin of mixed states. */
export function stateAt(cells: readonly StripCell[], index: number): TaskState | undefined {
    return cellAt(cells, index)?.state;
}

/** The index of the next task in `state` after `from`, going round; undefined where there is none. */
export function nextIn(cells: readonly StripCell[], state: TaskState, from: number): number | undefined {
    const holds = (cell: StripCell) => cell.state === state || (cell.state === undefined && has(cell, state));
    const later = cells.find((cell) => cell.to > from && holds(cell));
    if (later) return Math.max(later.from, Math.min(from + 1, later.to));
    return cells.find(holds)?.from;
}

function has(cell: StripCell, state: TaskState): boolean {
    return state in cell.counts && cell.counts[state as keyof StripCell['counts']] > 0;
}

/**
 * Names tasks. Frames mostly run evenly from the first label to the last, so their names can be
 * told without asking; where the labels known from the cells say otherwise, only those are told.
 */
export function labels(step: StripStep): (index: number) => string | undefined {
    const known = new Map<number, string>();
    if (step.first !== undefined) known.set(0, step.first);
    if (step.last !== undefined) known.set(step.size - 1, step.last);
    for (const cell of step.cells) if (cell.label !== undefined) known.set(cell.from, cell.label);

    const [first, last] = [frameOf(step.first), frameOf(step.last)];
    const stride = step.size > 1 ? (last - first) / (step.size - 1) : 0;
    const wide = [...known.values()].some((label) => CHUNK.test(label)) ? stride : 1;
    const even =
        Number.isInteger(stride) &&
        (step.size === 1 || stride !== 0) &&
        [...known].every(([index, label]) => isFrames(label) && frameOf(label) === first + stride * index);
    const end = lastFrameOf(step.last);
    const name = (from: number) =>
        wide > 1 && from < end ? `${from}-${Math.min(from + wide - 1, end)}` : String(from);
    return (index) => known.get(index) ?? (even ? name(first + stride * index) : undefined);
}

const CHUNK = /^(-?\d+)-(-?\d+)$/;

function isFrames(label: string): boolean {
    return CHUNK.test(label) || /^-?\d+$/.test(label);
}

function lastFrameOf(label: string | undefined): number {
    return Number(CHUNK.exec(label ?? '')?.[2] ?? label);
}

/** The frame that a label begins with: 12 of "12" and of "12-16"; NaN of other words. */
function frameOf(label: string | undefined): number {
    const found = /^-?\d+/.exec(label ?? '');
    return found ? Number(found[0]) : NaN;
}

/** Indices to mark on the axis: the first, the last when fitted, and round frames between them. */
export function ticks(
    size: number,
    view: View,
    width: number,
    label: (index: number) => string | undefined,
): { index: number; text: string }[] {
    const cell = (width * view.zoom) / size;
    const room = 24 + 7 * Math.max(4, label(size - 1)?.length ?? 4);
    const apart = niceAtLeast(room / cell);
    const [from, to] = [
        Math.max(0, Math.floor(view.left)),
        Math.min(size - 1, Math.ceil(view.left + size / view.zoom)),
    ];
    const firstFrame = Number(label(0));
    const offset = Number.isFinite(firstFrame) ? ((firstFrame % apart) + apart) % apart : 1;
    const found: { index: number; text: string }[] = [];
    const put = (index: number) => {
        const text = label(index);
        if (text !== undefined) found.push({ index, text });
    };
    const begin = Math.ceil((from + offset) / apart) * apart - offset;
    for (let index = begin; index <= to; index += apart) {
        const clear = (to < size - 1 || (size - 1 - index) * cell > room * 0.75) && index * cell > 36;
        if (index >= 0 && (clear || index === 0)) put(index);
    }
    if (found[0]?.index !== 0 && from === 0) {
        const text = label(0);
        if (text !== undefined) found.unshift({ index: 0, text });
    }
    if (to === size - 1 && size > 1 && width > 2 * room) put(to);
    return found;
}

function niceAtLeast(least: number): number {
    if (least <= 1) return 1;
    const power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least && step >= 1) ?? 10 * power;
}

function clamp(value: number, least: number, most: number): number {
    return Math.max(least, Math.min(Math.max(least, most), value));
}
