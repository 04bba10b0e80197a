import { describe, expect, it } from 'vitest';
import type { Output, StripCell, StripStep } from '../api/types';
import { newest, nextPicture, places } from './flipModel';
import { clean, cut, firstError, hits, isError, LineCutter } from './logModel';
import { cellAt, FIT, labels, nextIn, showing, ticks, toIndex, toX, zoomed } from './stripModel';

function cell(from: number, to: number, state?: StripCell['state'], label?: string, failed = 0): StripCell {
    const n = to - from + 1;
    const counts = {
        waiting: 0,
        running: 0,
        done: 0,
        failed,
        ...(state && state in { done: 1, running: 1, failed: 1 } ? { [state]: n } : {}),
    };
    return { from, to, counts, ...(state ? { state } : {}), ...(label ? { label } : {}) };
}

function step(size: number, cells: StripCell[], first?: string, last?: string): StripStep {
    return {
        id: 's',
        name: 'render',
        size,
        binned: false,
        cells,
        ...(first ? { first } : {}),
        ...(last ? { last } : {}),
    };
}

describe('the strip', () => {
    const cells = [cell(0, 9, 'done', '1'), cell(10, 10, 'failed', '11'), cell(11, 99, 'waiting', '12')];

    it('finds the cell of a task', () => {
        expect(cellAt(cells, 0)?.state).toBe('done');
        expect(cellAt(cells, 10)?.state).toBe('failed');
        expect(cellAt(cells, 99)?.state).toBe('waiting');
        expect(cellAt(cells, 100)).toBeUndefined();
        expect(cellAt([], 0)).toBeUndefined();
    });

    it('goes round to the next failed task', () => {
        expect(nextIn(cells, 'failed', 0)).toBe(10);
        expect(nextIn(cells, 'failed', 10)).toBe(10);
        expect(nextIn(cells, 'running', 0)).toBeUndefined();
        expect(nextIn([cell(0, 49, 'done'), cell(50, 99, undefined, '51', 3)], 'failed', 0)).toBe(50);
        expect(nextIn([cell(0, 3, 'failed')], 'failed', 1)).toBe(2);
    });

    it('zooms around the task under the pointer and stays within', () => {
        const view = zoomed(FIT, 4, 50, 100, 1000);
        expect(view.zoom).toBe(4);
        expect(toX(50, view, 100, 1000)).toBeCloseTo(500);
        expect(toIndex(500.1, view, 100, 1000)).toBe(50);
        expect(zoomed(view, 0.001, 50, 100, 1000)).toEqual(FIT);
        expect(zoomed(FIT, 4, 0, 100, 1000).left).toBe(0);
        // A cell never becomes wider than is of use.
        expect(zoomed(FIT, 1e9, 50, 100, 1000).zoom).toBe(12);
        expect(zoomed(FIT, 10, 0, 1, 1000)).toEqual(FIT);
    });

    it('moves only as far as is needed to show a task', () => {
        const view = { zoom: 10, left: 0 };
        expect(showing(view, 5, 100)).toBe(view);
        expect(showing(view, 50, 100).left).toBe(45.5);
        expect(showing(view, 99, 100).left).toBe(90);
    });

    it('names frames that run evenly without asking', () => {
        const name = labels(step(100, cells, '1', '100'));
        expect([name(0), name(41), name(99)]).toEqual(['1', '42', '100']);
        expect(labels(step(3, [], '10', '30'))(1)).toBe('20');
        expect(labels(step(1, [], '7', '7'))(0)).toBe('7');
    });

    it('names even chunks too, the last one shorter', () => {
        const name = labels(step(6, [cell(0, 0, 'done', '1-4'), cell(1, 5, 'waiting', '5-8')], '1-4', '21-23'));
        expect([0, 1, 2, 4, 5].map(name)).toEqual(['1-4', '5-8', '9-12', '17-20', '21-23']);
    });

    it('does not invent names where frames are uneven, chunks or words', () => {
        const uneven = labels(step(4, [cell(0, 2, 'done', '1'), cell(3, 3, 'waiting', '300')], '1', '300'));
        expect([uneven(0), uneven(1), uneven(3)]).toEqual(['1', undefined, '300']);
        const jumps = labels(step(4, [cell(0, 1, 'done', '1'), cell(2, 3, 'waiting', '9')], '1', '10'));
        expect(jumps(1)).toBeUndefined();
        expect(labels(step(3, [], '1-5,9', '30-35'))(1)).toBeUndefined();
        expect(labels(step(2, [], 'left', 'right'))(1)).toBe('right');
    });

    it('marks round frames, the first and the last, and none upon another', () => {
        const row = step(250, [], '1', '250');
        const marks = ticks(250, FIT, 1100, labels(row)).map(({ text }) => text);
        expect(marks[0]).toBe('1');
        expect(marks).toContain('20');
        expect(marks.at(-1)).toBe('250');
        const million = ticks(1_000_000, FIT, 1100, labels(step(1_000_000, [], '1', '1000000')));
        expect(million.length).toBeLessThan(14);
        const apart = million.slice(1).map((mark, at) => mark.index - (million[at]?.index ?? 0));
        expect(Math.min(...apart) * (1100 / 1e6)).toBeGreaterThan(35);
        expect(ticks(1, FIT, 1100, labels(step(1, [], '1', '1')))).toEqual([{ index: 0, text: '1' }]);
    });
});

describe('the flip-book', () => {
    const output = (index: number, label: string, run: string): Output => ({
        step: 's',
        index,
        label,
        run,
        path: `/out/${label}.png`,
        mediaType: 'image/png',
        file: `/f/${label}`,
        thumbnail: `/t/${label}`,
    });

    it('has a gap for each task without a picture', () => {
        const list = places(step(3, [cell(0, 0, 'done', '1'), cell(1, 2, 'waiting', '2')], '1', '3'), [
            output(0, '1', 'a'),
        ]);
        expect(list.map(({ label, output }) => [label, output !== undefined])).toEqual([
            ['1', true],
            ['2', false],
            ['3', false],
        ]);
    });

    it('has a place for each picture of a chunk', () => {
        const list = places(step(2, [cell(0, 0, 'done', '1-2'), cell(1, 1, 'waiting', '3-4')], '1-2', '3-4'), [
            output(0, '1', 'a'),
            output(0, '2', 'a'),
        ]);
        expect(list.map(({ label }) => label)).toEqual(['1', '2', '3-4']);
    });

    it('follows the youngest run and plays round over the gaps', () => {
        const list = places(step(4, [cell(0, 3, 'done', '1')], '1', '4'), [output(0, '1', 'z'), output(2, '3', '10')]);
        expect(newest(list)).toBe(2);
        expect([nextPicture(list, 0), nextPicture(list, 2)]).toEqual([2, 0]);
        expect(newest([])).toBeUndefined();
    });
});

describe('the log', () => {
    it('cuts lines however the text comes', () => {
        const text = 'one\r\ntwo\rthree\n\nfive';
        for (let at = 1; at < text.length; at++) {
            const cutter = new LineCutter();
            expect([...cutter.push(text.slice(0, at)), ...cutter.push(text.slice(at)), ...cutter.end()]).toEqual([
                'one',
                'two',
                'three',
                '',
                'five',
            ]);
        }
    });

    it('shows no control characters', () => {
        expect(clean('\u001b[31mred\u001b[0m\tend\u0000')).toBe('red    end\ufffd');
        expect(clean('x'.repeat(9000))).toHaveLength(4000 + ' … (5000 characters more)'.length);
    });

    it('opens where the trouble begins', () => {
        const lines = [
            'Read blend',
            'could not open cache, going on',
            'Fra:1 Sample 1',
            'Error: out of GPU memory',
            'Blender quit',
            'Traceback (most recent call last):',
        ];
        expect(firstError(lines)).toBe(3);
        expect(firstError(lines.slice(0, 3))).toBe(1);
        expect(firstError(['all is well', 'done, 0 errors', 'Adaptive sampling error 0.01'])).toBeUndefined();
    });

    it('knows errors of the programs we run', () => {
        for (const line of [
            'ModuleNotFoundError: No module named x',
            '  File error',
            'bpy.app: Segmentation fault',
            '[libx264] failed to open',
            'lumenyard: bad_settings: The scene file has no camera "Nope".',
        ]) {
            expect(isError(line)).toBe(true);
        }
        expect(isError('Saved: /out/terror_0001.png')).toBe(false);
    });

    it('finds words and cuts lines at them', () => {
        expect(hits(['Sample 1', 'other', 'SAMPLE 2'], 'sample')).toEqual([0, 2]);
        expect(hits(['a'], '')).toEqual([]);
        expect(cut('a Sample of samples', 'sample')).toEqual(['a ', 'Sample', ' of ', 'sample', 's']);
    });
});
