import { describe, expect, it } from 'vitest';
import type { JobDetail, Run } from '../api/types';
import { causesMore, causesOf, failedHeading, heldHeading, heldMore, isHolding, troubleOf } from './causes';

function attempt(index: number, node: string, says: string | undefined, state: Run['state'] = 'failed'): Run {
    return {
        id: `${index}${node}`,
        job: 'j',
        step: 's',
        stepName: 'render',
        index,
        label: String(index + 1),
        node,
        nodeName: node,
        state,
        placedAt: '2026-03-02T10:00:00Z',
        ...(says === undefined ? {} : { sentence: says }),
    };
}

function job(counts: JobDetail['counts'], sentence = 'said by the server'): JobDetail {
    return {
        id: 'j',
        name: 'j',
        user: 'ana',
        state: 'failed',
        band: 'normal',
        priority: 50,
        counts,
        submittedAt: '2026-03-02T10:00:00Z',
        reason: '',
        sentence,
        steps: [],
    };
}

const COUNTS = { waiting: 37, running: 0, done: 77, failed: 6 };

describe('causes', () => {
    it('count tasks, not attempts, by how their last attempt failed', () => {
        const causes = causesOf([
            attempt(5, 'r1', 'No memory.'),
            attempt(5, 'r2', 'No texture.'),
            attempt(3, 'r3', 'No texture.'),
            attempt(1, 'r1', 'No texture.'),
        ]);
        expect(causes.map(({ says, tasks, label, nodes }) => [says, tasks, label, [...nodes]])).toEqual([
            ['No texture', 2, '2', ['r3', 'r1']],
            ['No memory', 1, '6', ['r1', 'r2']],
        ]);
    });

    it('leave out tasks that were done or run again', () => {
        expect(causesOf([attempt(1, 'r1', undefined, 'done'), attempt(1, 'r1', 'No memory.')])).toEqual([]);
        expect(causesOf([attempt(1, 'r1', undefined, 'running'), attempt(1, 'r1', 'No memory.')])).toEqual([]);
    });

    it('head a failed job', () => {
        const same = causesOf([attempt(1, 'r1', 'No texture.'), attempt(2, 'r2', 'No texture.')]);
        const two = causesOf([attempt(1, 'r1', 'No texture.'), attempt(2, 'r2', 'No memory.')]);
        expect(failedHeading(job(COUNTS), same)).toBe(
            '77 of 120 tasks done; stopped because 6 failed the same way: No texture',
        );
        expect(failedHeading(job(COUNTS), two)).toBe('77 of 120 tasks done; stopped because 6 failed in 2 ways');
        expect(failedHeading(job(COUNTS), [])).toBe('said by the server');
        const only = job({ waiting: 0, running: 0, done: 0, failed: 1 });
        expect(failedHeading(only, same)).toBe('The only task failed: No texture');
    });

    it('tell where to look', () => {
        const of = (...runs: Run[]) => causesMore(causesOf(runs));
        expect(of(attempt(1, 'r1', 'x'), attempt(2, 'r2', 'x'))).toBe(
            'All failed on 2 nodes, so it is likely the work, not a node.',
        );
        expect(of(attempt(1, 'r1', 'x'), attempt(2, 'r1', 'x'))).toBe(
            'All failed on r1, so that node may be the cause.',
        );
        expect(of(attempt(1, 'r1', 'x'))).toBeUndefined();
        expect(
            of(attempt(1, 'r1', 'No memory.'), attempt(2, 'r1', 'No texture.'), attempt(3, 'r1', 'No texture.')),
        ).toBe('2 × No texture; 1 × No memory.');
        expect(of()).toBeUndefined();
    });
});

describe('a held job', () => {
    const now = new Date(2026, 2, 2, 14, 0).getTime();
    const at = new Date(2026, 2, 2, 8, 55).toISOString();

    it('says who held it and when', () => {
        const line = { at, who: 'jo', what: 'held; what runs is let finish' };
        expect(heldHeading(job({ ...COUNTS, failed: 0 }), line, now)).toBe(
            'Held by jo since 08:55. 77 of 114 tasks done',
        );
        expect(heldHeading(job(COUNTS), undefined, now)).toBe('said by the server');
        const given = { at, who: 'ana', what: 'submitted, held' };
        expect(heldHeading(job({ waiting: 1, running: 0, done: 0, failed: 0 }), given, now)).toBe(
            'Submitted held by ana at 08:55',
        );
    });

    it('finds the line that says so', () => {
        expect(['held; what runs is let finish', 'submitted, held', 'held'].map(isHolding)).toEqual([true, true, true]);
        expect(['released', 'submitted', 'priority 50 → 60', 'withheld'].map(isHolding)).not.toContain(true);
    });

    it('says what releasing it would set free', () => {
        expect(heldMore(job({ waiting: 72, running: 2, done: 0, failed: 0 }))).toBe(
            '2 tasks that run are let finish. Released, its 72 waiting tasks take their turn again.',
        );
        expect(heldMore(job({ waiting: 0, running: 0, done: 3, failed: 0 }))).toBeUndefined();
    });
});

describe('what the farm holds a job for', () => {
    const ended = (index: number, node: string, minute: number, state: Run['state'] = 'failed'): Run => ({
        ...attempt(index, node, 'texture not found', state),
        endedAt: `2026-03-02T10:${String(minute).padStart(2, '0')}:00Z`,
    });
    const held = Date.parse('2026-03-02T10:10:00Z');

    it('is each task that failed since one was done, by its latest failure', () => {
        const runs = [
            ended(4, 'c', 9),
            ended(3, 'b', 8),
            ended(3, 'a', 7),
            ended(2, 'a', 6),
            ended(1, 'a', 5, 'done'),
            ended(0, 'a', 4),
        ];
        expect(troubleOf(runs, held).map(({ index, node }) => [index, node])).toEqual([
            [4, 'c'],
            [3, 'b'],
            [2, 'a'],
        ]);
    });

    it('is not touched by what was let finish', () => {
        expect(troubleOf([ended(5, 'a', 12, 'done'), ended(6, 'b', 11), ended(4, 'c', 9)], held)).toHaveLength(1);
        expect(troubleOf([attempt(0, 'a', 'still runs', 'running')], held)).toEqual([]);
    });

    it('heads the page with its cause, and says what to do', () => {
        const stopped: JobDetail = {
            ...job({ waiting: 117, running: 2, done: 1, failed: 1 }),
            state: 'held',
            heldWhy: '12 and 2 more failed because of a missing file on anna, bert',
        };
        const line = { at: '2026-03-02T10:10:00', who: 'farm', what: 'held: 12 and 2 more failed' };
        const now = new Date('2026-03-02T11:00:00').getTime();
        expect(heldHeading(stopped, line, now)).toBe(
            'Held by the farm since 10:10: 12 and 2 more failed because of a missing file on anna, bert',
        );
        expect(heldMore(stopped)).toBe(
            '1 of 121 tasks done. 2 tasks that run are let finish. Mend the cause, then release it: its 117 waiting tasks take their turn again. What failed for good, 1 task, is to be retried as well.',
        );
    });
});
