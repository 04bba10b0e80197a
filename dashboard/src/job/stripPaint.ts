/** Paints the frame strip. A cell says its state by colour and by height, so it reads without colour. */
import type { StripCell, StripStep } from '../api/types';
import type { Tone } from '../parts/looks';
import { token } from '../parts/theme';
import { toX, type View } from './stripModel';

export const AXIS = 24;
export const FIRST_ROW = 40;
export const ROW = 24;
export const GAP = 14;

type Pen = CanvasRenderingContext2D;

/** Fits the canvas to its place on the screen and answers a cleared pen in CSS pixels. */
export function penFor(canvas: HTMLCanvasElement): { pen: Pen; width: number; height: number } | undefined {
    const pen = canvas.getContext('2d');
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!pen || width === 0) return undefined;
    const dots = Math.max(1, window.devicePixelRatio || 1);
    const [across, down] = [Math.round(width * dots), Math.round(height * dots)];
    if (canvas.width !== across || canvas.height !== down) {
        canvas.width = across;
        canvas.height = down;
    }
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, width, height);
    return { pen, width, height };
}

/** Where the row of step `at` begins, and how high it is. */
export function rowOf(at: number): { top: number; height: number } {
    return at === 0
        ? { top: AXIS, height: FIRST_ROW }
        : { top: AXIS + FIRST_ROW + GAP + (at - 1) * (ROW + GAP), height: ROW };
}

export function stripHeight(steps: number): number {
    const last = rowOf(Math.max(0, steps - 1));
    return last.top + last.height + 10;
}

/** One cell of a state. `share` is how far a running one is. */
export function paintCell(pen: Pen, x: number, y: number, w: number, h: number, tone: Tone, share = 0): void {
    const colour = token(`--s-${tone}`);
    pen.fillStyle = colour;
    switch (tone) {
        case 'done':
            return pen.fillRect(x, y, w, h);
        case 'running': {
            // A sliver at least, so that a run that has just begun is seen to run.
            const filled = Math.max(2, h * share);
            faint(pen, 0.3, () => pen.fillRect(x, y, w, h));
            return pen.fillRect(x, y + h - filled, w, filled);
        }
        case 'loading':
            faint(pen, 0.3, () => pen.fillRect(x, y, w, h));
            for (let line = 0; line < h; line += 4) pen.fillRect(x, y + line, w, 2);
            return;
        case 'failed':
            pen.fillRect(x, y, w, h);
            return notch(pen, x + w / 2, y);
        case 'waiting':
            return faint(pen, 0.5, () => pen.fillRect(x, y + h - 4, w, 4));
        case 'blocked':
            pen.fillRect(x, y + h - 4, w, 1);
            return faint(pen, 0.8, () => {
                for (let dash = 0; dash < w; dash += 4) pen.fillRect(x + dash, y + h - 3, Math.min(2, w - dash), 3);
            });
        case 'held':
            return faint(pen, 0.35, () => pen.fillRect(x, y, w, h));
        case 'cancelled':
            pen.strokeStyle = token('--control-line');
            pen.lineWidth = 1;
            return w > 2
                ? pen.strokeRect(x + 0.5, y + h - 8.5, w - 1, 8)
                : faint(pen, 0.5, () => pen.fillRect(x, y + h - 8, w, 1));
    }
}

/** The mark above a failed cell, wide enough to be seen over a cell of one pixel. */
function notch(pen: Pen, middle: number, y: number): void {
    pen.beginPath();
    pen.moveTo(middle - 4, y - 7);
    pen.lineTo(middle + 4, y - 7);
    pen.lineTo(middle, y - 1);
    pen.fill();
}

function faint(pen: Pen, alpha: number, paint: () => void): void {
    pen.globalAlpha = alpha;
    paint();
    pen.globalAlpha = 1;
}

/** What the painter needs to know beside the strip itself. */
export interface Extras {
    /** How far running task `index` of the step is, 0 to 1. */
    share(step: string, index: number): number;
    /** A picture of the task, if there is one and it has been loaded. */
    picture(step: string, index: number): HTMLImageElement | undefined;
}

/** Paints a step's row. Indices of all rows are scaled to the same width. */
export function paintRow(pen: Pen, step: StripStep, at: number, view: View, width: number, extras: Extras): void {
    const { top, height } = rowOf(at);
    const wide = (width * view.zoom) / step.size;
    for (const cell of step.cells) {
        const x = toX(cell.from, view, step.size, width);
        const end = toX(cell.to + 1, view, step.size, width);
        if (end < 0 || x > width) continue;
        if (cell.state === undefined) paintBin(pen, x, end, top, height, cell);
        else if (wide >= 3 || cell.from === cell.to) paintTasks(pen, step, cell, view, width, top, height, extras);
        else paintRun(pen, x, end, top, height, cell.state);
    }
}

function paintTasks(
    pen: Pen,
    step: StripStep,
    cell: StripCell,
    view: View,
    width: number,
    top: number,
    height: number,
    extras: Extras,
): void {
    const perCell = (width * view.zoom) / step.size;
    const gap = perCell > 3 ? 1 : 0;
    const first = Math.max(cell.from, Math.floor(view.left));
    const last = Math.min(cell.to, Math.ceil(view.left + step.size / view.zoom));
    for (let index = first; index <= last; index++) {
        const x = Math.round(toX(index, view, step.size, width));
        const w = Math.max(1, Math.round(toX(index + 1, view, step.size, width)) - x - gap);
        const tone = cell.state ?? 'waiting';
        paintCell(pen, x, top, w, height, tone, tone === 'running' ? extras.share(step.id, index) : 0);
        const picture = tone === 'done' && w > 30 ? extras.picture(step.id, index) : undefined;
        if (picture) paintPicture(pen, picture, x, top, w, height - 3);
    }
}

/** Many tasks of one state, too narrow to tell apart. */
function paintRun(pen: Pen, x: number, end: number, top: number, height: number, tone: Tone): void {
    const left = Math.max(-2, Math.round(x));
    paintCell(pen, left, top, Math.max(1, Math.round(Math.min(end, 20_000)) - left), height, tone, 0.5);
}

/** A bin of mixed states: done, running and the rest stand on each other; failed ones keep their notch. */
function paintBin(pen: Pen, x: number, end: number, top: number, height: number, cell: StripCell): void {
    const { done, running, failed, waiting } = cell.counts;
    const all = Math.max(1, done + running + failed + waiting);
    const left = Math.round(x);
    const w = Math.max(1, Math.round(end) - left - (end - x > 3 ? 1 : 0));
    if (waiting > 0) paintCell(pen, left, top, w, height, 'waiting');
    let base = top + height;
    for (const [tone, n] of [
        ['done', done],
        ['running', running],
        ['failed', failed],
    ] as const) {
        const part = n > 0 ? Math.max(2, (height * n) / all) : 0;
        pen.fillStyle = token(`--s-${tone}`);
        pen.fillRect(left, base - part, w, part);
        base -= part;
    }
    if (failed > 0) notch(pen, left + w / 2, top);
}

function paintPicture(pen: Pen, picture: HTMLImageElement, x: number, y: number, w: number, h: number): void {
    const scale = Math.max(w / picture.naturalWidth, h / picture.naturalHeight);
    const [sw, sh] = [w / scale, h / scale];
    pen.drawImage(picture, (picture.naturalWidth - sw) / 2, (picture.naturalHeight - sh) / 2, sw, sh, x, y, w, h);
}
