/** Where the lanes put things: runs on rows of their node, moments on the axis, what a point hits. */
import type { Run } from '../api/types';

const LOAD_SEEN = 0.05;

export interface LaneRun {
    run: Run;
    /** Its place on the time axis (ms); an open run ends at Infinity. */
    from: number;
    to: number;
    /** When its model was loaded (ms); equals `from` where nothing was loaded. */
    loaded: number;
    row: number;
    failed: boolean;
    /** How many are to begin before it in its slot, counted from 1; 0 for what has begun. */
    behind: number;
}

export interface Lane {
    node: string;
    name: string;
    /** By the time they began; then those that have not. */
    runs: LaneRun[];
    rows: number;
    top: number;
    height: number;
    bar: number;
}

export interface Layout {
    lanes: Lane[];
    height: number;
    /** When the first run began (ms); NaN where there is none. */
    from: number;
    /** The end of the last run that has ended (ms). */
    lastEnd: number;
    loads: number;
    loadSeconds: number;
    failed: number;
}

/** Space above and below the rows of a lane, and between rows (px). */
const EDGE = 5;
const GAP = 2;

/** Lays the runs out: a lane for each node, by name, each with as few rows as keep its runs apart. */
export function layOut(runs: readonly Run[]): Layout {
    const byNode = new Map<string, LaneRun[]>();
    const layout: Layout = { lanes: [], height: 0, from: NaN, lastEnd: NaN, loads: 0, loadSeconds: 0, failed: 0 };
    for (const run of runs) {
        const placed = place(run);
        const there = byNode.get(run.node);
        if (there) there.push(placed);
        else byNode.set(run.node, [placed]);
        if (!(placed.from >= layout.from)) layout.from = placed.from;
        if (placed.to !== Infinity && !(placed.to <= layout.lastEnd)) layout.lastEnd = placed.to;
        if (placed.loaded > placed.from) layout.loads++;
        layout.loadSeconds += (placed.loaded - placed.from) / 1000;
        if (placed.failed) layout.failed++;
    }
    const compare = new Intl.Collator('en', { numeric: true }).compare;
    const nodes = [...byNode].map(([node, of]) => ({ node, name: of[0]?.run.nodeName || node, runs: of }));
    for (const { node, name, runs: of } of nodes.sort((one, other) => compare(one.name, other.name))) {
        const rows = pack(of);
        const bar = Math.max(4, Math.min(15, Math.round(68 / rows) - GAP));
        const height = Math.max(42, 2 * EDGE + rows * (bar + GAP) - GAP);
        layout.lanes.push({ node, name, runs: of, rows, top: layout.height, height, bar });
        layout.height += height;
    }
    return layout;
}

function place(run: Run): LaneRun {
    // What was taken back before it began has held nothing: it is a mark where that was said.
    const takenBack = run.state === 'interrupted' && run.startedAt === undefined ? run.endedAt : undefined;
    const from = Date.parse(run.startedAt ?? takenBack ?? run.placedAt);
    const to = run.endedAt ? Math.max(from, Date.parse(run.endedAt)) : Infinity;
    const load = (run.loadSeconds ?? 0) >= LOAD_SEEN ? (run.loadSeconds ?? 0) * 1000 : 0;
    const failed = run.state === 'failed' || run.state === 'lost';
    // It may wait behind the run before it in its slot, and takes nothing of the node until it begins.
    const behind = run.state === 'assigned' && run.startedAt === undefined && to === Infinity ? 1 : 0;
    return { run, from, to, loaded: Math.min(to, from + load), row: 0, failed, behind };
}

/** Sorts runs by their begin and gives each the first row that is free; answers how many rows that takes. */
function pack(runs: LaneRun[]): number {
    runs.sort(
        (one, other) =>
            Math.sign(one.behind) - Math.sign(other.behind) || one.from - other.from || one.to - other.to,
    );
    const ends: number[] = [];
    for (const run of runs) {
        if (run.behind > 0) continue;
        const free = ends.findIndex((end) => end <= run.from);
        run.row = free < 0 ? ends.length : free;
        ends[run.row] = run.to;
    }
    queue(runs, ends);
    return Math.max(1, ends.length);
}

/** Puts what has not begun behind what runs, in turn; which slot it waits in is not told. */
function queue(runs: readonly LaneRun[], ends: readonly number[]): void {
    const busy = ends.flatMap((end, row) => (end === Infinity ? [row] : []));
    const rows = busy.length > 0 ? busy : [0];
    let turn = 0;
    for (const run of runs) {
        if (run.behind === 0) continue;
        run.row = rows[turn % rows.length] ?? 0;
        run.behind = 1 + Math.floor(turn / rows.length);
        turn++;
    }
}

/** The upper edge of a run's bar below the top of its lane (px). */
export function barTop(lane: Lane, row: number): number {
    const used = lane.rows * (lane.bar + GAP) - GAP;
    return (lane.height - used) / 2 + row * (lane.bar + GAP);
}

/** The lane at `y`, by its place in the list; -1 outside. */
export function laneAt(lanes: readonly Lane[], y: number): number {
    let low = 0;
    let high = lanes.length - 1;
    while (low <= high) {
        const middle = (low + high) >> 1;
        const lane = lanes[middle];
        if (!lane) return -1;
        if (y < lane.top) high = middle - 1;
        else if (y >= lane.top + lane.height) low = middle + 1;
        else return middle;
    }
    return -1;
}

/** The run at a moment on a row of a lane, or the nearest within `slack` ms; failed ones are met first. */
export function runAt(lane: Lane, row: number, moment: number, slack: number, now: number): LaneRun | undefined {
    let best: LaneRun | undefined;
    let distance = Infinity;
    for (const run of lane.runs) {
        if (run.behind === 0 && run.from - slack > moment) break;
        if (run.row !== row || run.behind > 0) continue;
        const away = Math.max(0, run.from - moment, moment - Math.min(run.to, now));
        if (away > slack) continue;
        const first = run.failed === (best?.failed ?? false) ? away < distance : run.failed || best === undefined;
        if (first) [best, distance] = [run, away];
    }
    return best;
}

export type Step = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';

/** The run that a key leads to: left and right in time on the node, up and down to the nodes beside it. */
export function stepFrom(lanes: readonly Lane[], here: string | undefined, step: Step): LaneRun | undefined {
    const at = lanes.findIndex((lane) => lane.runs.some((run) => run.run.id === here));
    const lane = lanes[at];
    if (!lane) return lanes[0]?.runs.at(-1);
    const index = lane.runs.findIndex((run) => run.run.id === here);
    switch (step) {
        case 'ArrowLeft':
            return lane.runs[Math.max(0, index - 1)];
        case 'ArrowRight':
            return lane.runs[Math.min(lane.runs.length - 1, index + 1)];
        case 'Home':
            return lane.runs[0];
        case 'End':
            return lane.runs.at(-1);
        default: {
            const next = lanes[at + (step === 'ArrowUp' ? -1 : 1)];
            const from = lane.runs[index]?.from ?? 0;
            return next ? nearest(next, from) : lane.runs[index];
        }
    }
}

function nearest(lane: Lane, from: number): LaneRun | undefined {
    return lane.runs.reduce((best, run) => (Math.abs(run.from - from) < Math.abs(best.from - from) ? run : best));
}

/**
 * The time that the axis spans (ms). An end that is foreseen is in it, unless it lies so far ahead
 * that what has happened would become too small to see.
 */
export function extent(
    layout: Layout,
    now: number,
    over: boolean,
    eta: number | undefined,
): { from: number; to: number } {
    const open = layout.lanes.some((lane) => lane.runs.some((run) => run.to === Infinity));
    const waits = layout.lanes.some((lane) => lane.runs.some((run) => run.behind > 0));
    const until = over && !open ? layout.lastEnd : now;
    const past = Math.max(1000, until - layout.from);
    const ahead = eta !== undefined && eta > until && eta - until < 1.5 * past ? eta : until;
    return { from: layout.from, to: Math.max(ahead + (ahead > until || waits ? past * 0.06 : past * 0.02), layout.from + 1000) };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
    ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
    ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
    ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
    ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
];

/** Round moments of the local clock in a stretch of time, at most one in `apart` ms, and how fine they are. */
export function moments(from: number, to: number, apart: number): { at: number[]; step: number } {
    const step = STEPS.find((candidate) => candidate >= apart) ?? STEPS.at(-1) ?? DAY;
    const shift = new Date(from).getTimezoneOffset() * MINUTE;
    const at: number[] = [];
    for (let moment = Math.ceil((from - shift) / step) * step + shift; moment <= to; moment += step) at.push(moment);
    return { at, step };
}

/** A mark of the axis: seconds where they matter, the day where hours no longer do. */
export function momentText(moment: number, step: number): string {
    const at = new Date(moment);
    const two = (value: number) => String(value).padStart(2, '0');
    if (step >= DAY) return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
    const minutes = `${two(at.getHours())}:${two(at.getMinutes())}`;
    return step < MINUTE ? `${minutes}:${two(at.getSeconds())}` : minutes;
}
