/** Paints the lanes. A run says its state by colour and by shape: failed ones stick out, loading is striped. */
import { token } from '../parts/theme';
import { barTop, type Lane, type LaneRun } from './laneModel';

type Pen = CanvasRenderingContext2D;

export interface Scale {
    /** A moment (ms) in pixels from the left. */
    x(moment: number): number;
    now: number;
    width: number;
}

const stripes = new Map<string, CanvasPattern | null>();

/** Slanted stripes in the colour of loading. */
export function loadingStripes(pen: CanvasRenderingContext2D): CanvasPattern | string {
    const colour = token('--s-loading');
    let pattern = stripes.get(colour);
    if (pattern === undefined) {
        const tile = document.createElement('canvas');
        tile.width = tile.height = 6;
        const drawn = tile.getContext('2d');
        if (drawn) {
            drawn.strokeStyle = drawn.fillStyle = colour;
            drawn.globalAlpha = 0.25;
            drawn.fillRect(0, 0, 6, 6);
            drawn.globalAlpha = 1;
            drawn.lineWidth = 2;
            for (const shift of [-6, 0, 6]) {
                drawn.moveTo(shift - 1, 7);
                drawn.lineTo(shift + 7, -1);
            }
            drawn.stroke();
        }
        pattern = pen.createPattern(tile, 'repeat');
        stripes.set(colour, pattern);
    }
    return pattern ?? colour;
}

/** Paints a lane whose upper edge is at `top`; what failed comes last, so that nothing hides it. */
export function paintLane(pen: Pen, lane: Lane, top: number, scale: Scale): void {
    for (const run of lane.runs) if (!run.failed) paintRun(pen, run, lane, top, scale);
    for (const run of lane.runs) if (run.failed) paintRun(pen, run, lane, top, scale);
}

/** The place of a run's bar, at least a pixel wide and with a hair between neighbours. */
export function barOf(
    run: LaneRun,
    lane: Lane,
    top: number,
    scale: Scale,
): [x: number, y: number, w: number, h: number] {
    // What has not begun stands after the present moment, one behind the other.
    if (run.behind > 0) return [scale.x(scale.now) + 3 + (run.behind - 1) * 8, top + barTop(lane, run.row), 6, lane.bar];
    const left = scale.x(run.from);
    const right = scale.x(Math.min(run.to, scale.now));
    return [left, top + barTop(lane, run.row), Math.max(run.failed ? 4 : 1.5, right - left - 1), lane.bar];
}

function paintRun(pen: Pen, run: LaneRun, lane: Lane, top: number, scale: Scale): void {
    const [x, y, w, h] = barOf(run, lane, top, scale);
    if (x > scale.width || x + w < 0) return;
    const load = run.loaded > run.from ? Math.min(w, scale.x(run.loaded) - x) : 0;
    if (load > 0) {
        pen.fillStyle = load < 3 ? token('--s-loading') : loadingStripes(pen);
        pen.fillRect(x, y, Math.max(1.5, load), h);
    }
    // A run that failed while loading still sticks out at its end.
    const from = run.failed ? Math.min(x + load, x + w - 4) : x + load;
    const wide = x + w - from;
    if (wide > 0) paintWork(pen, run, from, y, wide, h);
}

function paintWork(pen: Pen, run: LaneRun, x: number, y: number, w: number, h: number): void {
    switch (run.run.state) {
        case 'done':
            pen.fillStyle = token('--s-done');
            pen.globalAlpha = 0.66;
            box(pen, x, y, w, h);
            pen.globalAlpha = 1;
            return;
        case 'running': {
            const fade = pen.createLinearGradient(x, 0, x + w, 0);
            const colour = token('--s-running');
            fade.addColorStop(0.7, colour);
            fade.addColorStop(1, `${colour}5a`);
            pen.fillStyle = fade;
            return box(pen, x, y, w, h);
        }
        case 'failed':
            pen.fillStyle = token('--s-failed');
            box(pen, x, y - 2, w, h + 4);
            return w >= 12 && h >= 8 ? cross(pen, x + w / 2, y + h / 2) : undefined;
        case 'lost':
            pen.strokeStyle = token('--s-failed');
            return outline(pen, x, y - 2, w, h + 4, [3, 2]);
        case 'assigned':
            pen.strokeStyle = token('--control-line');
            return outline(pen, x, y, w, h, [2, 2]);
        case 'interrupted':
        case 'cancelling':
            pen.strokeStyle = token('--control-line');
            return outline(pen, x, y, w, h, []);
    }
}

function box(pen: Pen, x: number, y: number, w: number, h: number): void {
    if (w < 5) return pen.fillRect(x, y, w, h);
    pen.beginPath();
    pen.roundRect(x, y, w, h, 2);
    pen.fill();
}

function outline(pen: Pen, x: number, y: number, w: number, h: number, dash: number[]): void {
    pen.lineWidth = 1;
    pen.setLineDash(dash);
    pen.strokeRect(x + 0.5, y + 0.5, Math.max(1, w - 1), h - 1);
    pen.setLineDash([]);
}

function cross(pen: Pen, x: number, y: number): void {
    pen.strokeStyle = '#fff';
    pen.lineWidth = 1.8;
    pen.beginPath();
    for (const [dx, dy] of [
        [3, 3],
        [3, -3],
    ] as const) {
        pen.moveTo(x - dx, y - dy);
        pen.lineTo(x + dx, y + dy);
    }
    pen.stroke();
}
