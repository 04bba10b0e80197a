import { describe, expect, it } from 'vitest';
import type { Run, RunPage } from '../api/types';
import { barTop, extent, laneAt, layOut, moments, momentText, runAt, stepFrom } from './laneModel';
import { type LaneRuns, readRuns } from './laneRuns';

const START = Date.parse('2026-03-02T10:00:00Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

function run(id: string, node: string, from: number, to?: number, more: Partial<Run> = {}): Run {
    return {
        id,
        job: 'j',
        step: 's',
        stepName: 'render',
        index: 0,
        label: id,
        node,
        nodeName: node,
        state: to === undefined ? 'running' : 'done',
        placedAt: at(from),
        startedAt: at(from),
        ...(to === undefined ? {} : { endedAt: at(to) }),
        ...more,
    };
}

describe('lanes', () => {
    it('has a lane for each node by name, numbers as numbers', () => {
        const { lanes } = layOut([run('a', 'r10', 0, 5), run('b', 'r2', 0, 5), run('c', 'r10', 5, 9)]);
        expect(lanes.map(({ name, runs }) => [name, runs.length])).toEqual([
            ['r2', 1],
            ['r10', 2],
        ]);
    });

    it('needs as many rows as runs went on at once, and uses a row again', () => {
        const { lanes } = layOut([
            run('c', 'n', 10, 20),
            run('b', 'n', 2, 30),
            run('a', 'n', 0, 10),
            run('d', 'n', 31),
        ]);
        expect(lanes[0]?.rows).toBe(2);
        expect(lanes[0]?.runs.map(({ run: { id }, row }) => id + row)).toEqual(['a0', 'b1', 'c0', 'd0']);
    });

    it('puts what has not begun behind what runs, in no row of its own', () => {
        const waits = (id: string, from: number) =>
            run(id, 'n', from, undefined, { state: 'assigned', startedAt: undefined });
        const { lanes } = layOut([run('a', 'n', 0), run('b', 'n', 1), waits('c', 2), waits('d', 3), waits('e', 4)]);
        expect(lanes[0]?.rows).toBe(2);
        expect(lanes[0]?.runs.map(({ run: { id }, row, behind }) => [id, row, behind])).toEqual([
            ['a', 0, 0],
            ['b', 1, 0],
            ['c', 0, 1],
            ['d', 1, 1],
            ['e', 0, 2],
        ]);
        expect(runAt(lanes[0]!, 0, START + 5000, 0, START + 6000)?.run.id).toBe('a');
        expect(layOut([waits('only', 0)]).lanes[0]?.rows).toBe(1);
    });

    it('gives what was taken back before it began no stretch of time', () => {
        const back = run('b', 'n', 1, 8, { state: 'interrupted', startedAt: undefined });
        const { lanes } = layOut([run('a', 'n', 0, 6), back, run('c', 'n', 9)]);
        expect(lanes[0]?.rows).toBe(1);
        expect(lanes[0]?.runs.map(({ from, to }) => to - from)).toEqual([6000, 0, Infinity]);
    });

    it('keeps lanes in bounds however many rows they have', () => {
        const many = layOut(Array.from({ length: 64 }, (_, n) => run(`r${n}`, 'n', n, 1000 + n)));
        const lane = many.lanes[0];
        expect(lane?.rows).toBe(64);
        expect(barTop(lane!, 0)).toBeGreaterThanOrEqual(0);
        expect(barTop(lane!, 63) + lane!.bar).toBeLessThanOrEqual(lane!.height);
    });

    it('sums loads and failures', () => {
        const layout = layOut([
            run('a', 'n', 0, 10, { loadSeconds: 4 }),
            run('b', 'n', 10, 20, { loadSeconds: 0.01 }),
            run('c', 'm', 0, 3, { state: 'lost', loadSeconds: 60 }),
        ]);
        expect(layout).toMatchObject({ loads: 2, loadSeconds: 7, failed: 1, from: START, lastEnd: START + 20_000 });
    });

    it('finds the lane under a point', () => {
        const { lanes, height } = layOut(['a', 'b', 'c'].map((node) => run(node, node, 0, 1)));
        expect([laneAt(lanes, 0), laneAt(lanes, height / 3 + 1), laneAt(lanes, height - 1)]).toEqual([0, 1, 2]);
        expect([laneAt(lanes, -1), laneAt(lanes, height)]).toEqual([-1, -1]);
    });

    it('finds the run at a moment, a failed one before its neighbours, an open one up to now', () => {
        const [lane] = layOut([
            run('a', 'n', 0, 10),
            run('bad', 'n', 10, 10.1, { state: 'failed' }),
            run('c', 'n', 10.1, 20),
            run('open', 'n', 30),
        ]).lanes;
        const found = (seconds: number, slack = 0) =>
            runAt(lane!, 0, START + seconds * 1000, slack * 1000, START + 40_000)?.run.id;
        expect([found(5), found(15), found(25), found(35), found(41)]).toEqual([
            'a',
            'c',
            undefined,
            'open',
            undefined,
        ]);
        expect(found(9.9, 0.5)).toBe('bad');
        expect(found(10.4, 0.5)).toBe('bad');
        expect(found(20.4, 0.5)).toBe('c');
    });

    it('goes by keys: in time on a node, to the nearest moment on the next', () => {
        const { lanes } = layOut([
            run('a1', 'a', 0, 10),
            run('a2', 'a', 10, 20),
            run('a3', 'a', 20, 30),
            run('b1', 'b', 1, 9),
            run('b2', 'b', 19, 29),
        ]);
        const to = (here: string | undefined, ...keys: Parameters<typeof stepFrom>[2][]) =>
            keys.reduce((id, key) => stepFrom(lanes, id, key)?.run.id, here);
        expect(to(undefined, 'End')).toBe('a3');
        expect(to('a1', 'ArrowRight', 'ArrowRight', 'ArrowRight')).toBe('a3');
        expect(to('a3', 'ArrowDown')).toBe('b2');
        expect(to('b1', 'ArrowUp')).toBe('a1');
        expect(to('b1', 'ArrowDown')).toBe('b1');
        expect([to('a2', 'Home'), to('b1', 'End')]).toEqual(['a1', 'b2']);
    });
});

describe('the axis of the lanes', () => {
    it('ends now while something runs, and with the last run when all is over', () => {
        const open = layOut([run('a', 'n', 0, 50), run('b', 'n', 50)]);
        const now = START + 100_000;
        expect(extent(open, now, false, undefined)).toEqual({ from: START, to: now + 2000 });
        expect(extent(layOut([run('a', 'n', 0, 50)]), now, true, undefined).to).toBe(START + 51_000);
    });

    it('shows a foreseen end unless it is so far that the past would shrink', () => {
        const layout = layOut([run('a', 'n', 0)]);
        const now = START + 100_000;
        expect(extent(layout, now, false, now + 50_000).to).toBe(now + 56_000);
        expect(extent(layout, now, false, now + 500_000).to).toBe(now + 2000);
    });

    it('marks round moments, seconds only where they matter', () => {
        const { at: marks, step } = moments(START + 61_000, START + 3_600_000, 500_000);
        expect(step).toBe(600_000);
        expect(marks.map((moment) => (moment - START) / 60_000)).toEqual([10, 20, 30, 40, 50, 60]);
        expect(momentText(START, step)).toMatch(/^\d\d:00$/);
        expect(momentText(START + 5000, 5000)).toMatch(/^\d\d:00:05$/);
        expect(momentText(START, 86_400_000)).toMatch(/^[123] Mar$/);
    });
});

describe('reading runs', () => {
    /** A server with runs, the newest first; counts how many it gave away. */
    function server(runs: Run[], size: number) {
        const asked: string[] = [];
        const page = async (cursor: string): Promise<RunPage> => {
            asked.push(cursor);
            const from = Number(cursor || 0);
            const next = from + size < runs.length ? { next: String(from + size) } : {};
            return { items: runs.slice(from, from + size), ...next };
        };
        return { asked, page };
    }
    const ended = (n: number) => run(`r${n}`, 'n', n, n + 1);
    const ids = ({ runs }: LaneRuns) => runs.map(({ id }) => id);

    it('reads all at first and tells what it has so far', async () => {
        const { page } = server([5, 4, 3, 2, 1].map(ended), 2);
        const parts: string[][] = [];
        const all = await readRuns(undefined, page, (part) => parts.push(ids(part)));
        expect(ids(all)).toEqual(['r5', 'r4', 'r3', 'r2', 'r1']);
        expect(all.next).toBeUndefined();
        expect(parts).toEqual([
            ['r5', 'r4'],
            ['r5', 'r4', 'r3', 'r2'],
        ]);
    });

    it('then reads only what is new', async () => {
        const known: LaneRuns = { runs: [3, 2, 1].map(ended) };
        const { asked, page } = server([4, 3, 2, 1].map(ended), 2);
        expect(ids(await readRuns(known, page))).toEqual(['r4', 'r3', 'r2', 'r1']);
        expect(asked).toEqual(['']);
    });

    it('reads on until every open run has been seen again', async () => {
        const known: LaneRuns = { runs: [ended(3), ended(2), run('old', 'n', 0)] };
        const { page } = server([ended(4), ended(3), ended(2), run('old', 'n', 0, 9)], 2);
        const renewed = await readRuns(known, page);
        expect(ids(renewed)).toEqual(['r4', 'r3', 'r2', 'old']);
        expect(renewed.runs.at(-1)?.state).toBe('done');
    });

    it('goes on where a reading was stopped', async () => {
        const known: LaneRuns = { runs: [4, 3].map(ended), next: '3' };
        const { asked, page } = server([5, 4, 3, 2, 1].map(ended), 2);
        expect(ids(await readRuns(known, page))).toEqual(['r5', 'r4', 'r3', 'r2', 'r1']);
        expect(asked).toEqual(['', '3']);
    });

    it('keeps the newest of very many', async () => {
        const { asked, page } = server(
            Array.from({ length: 50 }, (_, n) => ended(50 - n)),
            4,
        );
        const cut = await readRuns(undefined, page, undefined, 10);
        expect([ids(cut).length, ids(cut)[0], cut.next !== undefined]).toEqual([10, 'r50', true]);
        expect(asked).toHaveLength(3);
    });
});
