import { describe, expect, it } from 'vitest';
import type { Job } from '../api/types';
import {
    costOfCancelling,
    costOfDeleting,
    hasEnded,
    meant,
    promise,
    refusal,
    report,
    reportPriority,
    type Verb,
    VERBS,
    wrongName,
    wrongPriority,
} from './edits';
import { NOTHING, turn, turnAll } from './selection';

function job(name: string, state: Job['state'], counts: Partial<Job['counts']> = {}, more: Partial<Job> = {}): Job {
    return {
        id: name,
        name,
        user: 'ana',
        state,
        band: 'normal',
        priority: 50,
        counts: { waiting: 0, running: 0, done: 0, failed: 0, ...counts },
        submittedAt: '2026-03-02T10:00:00Z',
        reason: '',
        ...more,
    };
}

const RUNS = job('runs', 'running', { waiting: 100, running: 3, done: 20, failed: 1 });
const WAITS = job('waits', 'waiting', { waiting: 12 });
const HELD = job('held', 'held', { waiting: 7 });
const ENDING = job('ending', 'running', { running: 1, waiting: 4 }, { held: true });
const FAILED = job('failed', 'failed', { done: 3, failed: 2, waiting: 5 });
const DONE = job('done', 'done', { done: 9 });
const GONE = job('gone', 'cancelled', { done: 1, failed: 1 });
const ALL = [RUNS, WAITS, HELD, ENDING, FAILED, DONE, GONE];

describe('actions on several jobs', () => {
    it('are for those that they can be done with', () => {
        const names = (verb: Verb) => meant(verb, ALL).map(({ name }) => name);
        expect(Object.fromEntries(VERBS.map((verb) => [verb, names(verb)]))).toEqual({
            hold: ['runs', 'waits'],
            release: ['held', 'ending'],
            retry: ['runs', 'failed'],
            priority: ['runs', 'waits', 'held', 'ending', 'failed'],
            cancel: ['runs', 'waits', 'held', 'ending'],
        });
    });

    it('are only for jobs that have ended where they put them away or delete them', () => {
        expect(ALL.filter(hasEnded).map(({ name }) => name)).toEqual(['failed', 'done', 'gone']);
        expect(costOfDeleting(FAILED)).toBe(
            'What is known of its 10 tasks goes for good, with logs and small pictures. 3 finished tasks keep their files.',
        );
        expect(costOfDeleting(job('none', 'cancelled', { waiting: 1 }))).toBe(
            'What is known of its 1 task goes for good, with logs and small pictures.',
        );
    });

    it('say what they will do, with counts', () => {
        expect(promise('hold', [RUNS, WAITS])).toBe('Hold 2 jobs, 112 waiting tasks, 3 running ones finish first');
        expect(promise('hold', [WAITS])).toBe('Hold 1 job, 12 waiting tasks');
        expect(promise('release', [HELD])).toBe('Release 1 job, 7 waiting tasks');
        expect(promise('retry', [RUNS, FAILED])).toBe('Retry 3 failed tasks of 2 jobs');
        expect(promise('priority', [RUNS, HELD])).toBe('Set the priority of 2 jobs');
        expect(promise('cancel', [RUNS, WAITS])).toBe('Cancel 2 jobs, 3 running tasks stop, 113 never start');
    });

    it('say when they are not for all', () => {
        expect(promise('hold', [WAITS, DONE])).toBe('Hold 1 job, 12 waiting tasks; the other one stays as it is');
        expect(promise('retry', ALL)).toBe('Retry 3 failed tasks of 2 jobs; the other 5 stay as they are');
    });

    it('ask once before cancelling, with what is lost and what stays', () => {
        expect(costOfCancelling([RUNS, WAITS])).toBe(
            '3 running tasks stop within 10 s. 113 tasks never start. 20 finished tasks keep their files.',
        );
        expect(costOfCancelling([job('one', 'running', { running: 1 })])).toBe('1 running task stops within 10 s.');
    });

    it('name a single job and count several', () => {
        expect(report('hold', [RUNS])).toBe('runs held, 3 running tasks finish first');
        expect(report('hold', [WAITS, HELD])).toBe('2 jobs held');
        expect(report('release', [HELD])).toBe('held released');
        expect(report('retry', [RUNS, FAILED])).toBe('3 failed tasks of 2 jobs wait again');
        expect(report('cancel', [RUNS, WAITS])).toBe('2 jobs cancelled');
        expect(reportPriority([RUNS], 77)).toBe('Priority of runs: 50 → 77');
        expect(reportPriority([RUNS, WAITS], 77)).toBe('Priority of 2 jobs: 77');
    });

    it('say why some were left', () => {
        expect(refusal([])).toBe('');
        expect(refusal([{ job: DONE, why: 'It is over.' }])).toBe('done: It is over.');
        expect(
            refusal([
                { job: DONE, why: 'It is over.' },
                { job: GONE, why: 'It is over.' },
            ]),
        ).toBe('done: It is over. (and 1 other)');
    });
});

describe('what is typed in place', () => {
    it('is a priority from 0 to 100 and nothing else', () => {
        expect(['0', '50', '100'].map(wrongPriority)).toEqual([undefined, undefined, undefined]);
        for (const text of ['', '101', '-1', '5.5', '1e1', 'ten']) expect(wrongPriority(text)).toContain('0 to 100');
    });

    it('is a name of 1 to 128 characters', () => {
        expect(wrongName('sh0420')).toBeUndefined();
        expect(wrongName('🏔'.repeat(128))).toBeUndefined();
        expect(wrongName('')).toContain('needs');
        expect(wrongName('x'.repeat(129))).toContain('128');
    });
});

describe('a selection', () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));
    const picked = ({ picked }: { picked: ReadonlySet<string> }) => [...picked].sort().join('');

    it('turns a row on and off', () => {
        const one = turn(NOTHING, rows, 'b', false);
        expect(picked(one)).toBe('b');
        expect(picked(turn(one, rows, 'b', false))).toBe('');
    });

    it('extends from the row that was picked last, in both directions', () => {
        const down = turn(turn(NOTHING, rows, 'b', false), rows, 'd', true);
        expect(picked(down)).toBe('bcd');
        expect(picked(turn(down, rows, 'a', true))).toBe('abcd');
    });

    it('begins where nothing was picked, or what was is gone', () => {
        expect(picked(turn(NOTHING, rows, 'c', true))).toBe('c');
        expect(picked(turn({ picked: new Set(['x']), anchor: 'x' }, rows, 'c', true))).toBe('cx');
    });

    it('is of all or of none', () => {
        const all = turnAll(turn(NOTHING, rows, 'b', false), rows);
        expect(picked(all)).toBe('abcde');
        expect(picked(turnAll(all, rows))).toBe('');
    });
});
