import { describe, expect, it } from 'vitest';
import { parts } from './looks';
import { bytes, clock, compact, inTheMiddle, number, percent, rate, span, taskName } from './words';

describe('words', () => {
    it('says lengths of time as people do', () => {
        const said = [0, 0.42, 9.96, 41, 59.6, 204, 3599, 3600, 7680, 86_400, 90_000, 1e7].map(span);
        expect(said).toEqual([
            '0 s',
            '0.4 s',
            '10 s',
            '41 s',
            '1 min',
            '3 min 24',
            '59 min',
            '1 h',
            '2 h 08',
            '1 d',
            '1 d 1 h',
            '115 d',
        ]);
        expect(span(NaN)).toBe('');
    });

    it('says moments by their distance', () => {
        const now = new Date(2026, 10, 24, 13, 42).getTime();
        expect(clock(new Date(2026, 10, 24, 9, 5).getTime(), now)).toBe('09:05');
        expect(clock(new Date(2026, 10, 23, 23, 5).getTime(), now)).toBe('Mon 23:05');
        expect(clock(new Date(2026, 9, 3, 9, 5).getTime(), now)).toBe('3 Oct 09:05');
        expect(clock('nonsense', now)).toBe('');
    });

    it('groups digits and shortens what is long', () => {
        expect([5, 999, 1000, 1_234_567].map(number)).toEqual(['5', '999', '1\u202f000', '1\u202f234\u202f567']);
        expect([99_999, 412_345, 1_000_000, 1_250_000, 31_000_000].map(compact)).toEqual([
            '99\u202f999',
            '412\u202fk',
            '1\u202fM',
            '1.3\u202fM',
            '31\u202fM',
        ]);
    });

    it('says rates, sizes and shares', () => {
        expect([undefined, 0, 0.5, 3.14, 61].map(rate)).toEqual(['', '', '30/h', '3.1/min', '61/min']);
        expect([0, 900, 1e6, 12e9].map(bytes)).toEqual(['0 B', '900 B', '977 KB', '11 GB']);
        expect([0, 0.999, 1, 2].map(percent)).toEqual(['0 %', '99 %', '100 %', '100 %']);
    });
});

describe('inTheMiddle', () => {
    it('makes a sentence a part of another, and leaves names alone', () => {
        expect(inTheMiddle('Not known while the job is held.')).toBe('not known while the job is held');
        expect(inTheMiddle('A film waits.')).toBe('a film waits');
        expect(inTheMiddle('GPU nodes are gone.')).toBe('GPU nodes are gone');
    });
});

describe('parts', () => {
    const counts = { waiting: 3, running: 1, done: 2, failed: 0 };

    it('gives what waits the tone of why it waits', () => {
        expect(parts(counts, 'running')).toEqual([
            ['done', 2],
            ['running', 1],
            ['waiting', 3],
        ]);
        expect(parts(counts, 'held')).toEqual([
            ['done', 2],
            ['running', 1],
            ['held', 3],
        ]);
        expect(parts(counts, 'cancelled')).toEqual([
            ['done', 2],
            ['running', 1],
            ['cancelled', 3],
        ]);
    });
});

describe('tasks', () => {
    it('a task is named by its step and frame, a step with one task by the step alone', () => {
        expect(taskName({ stepName: 'render', label: '12' })).toBe('render 12');
        expect(taskName({ stepName: 'film', label: 'film' })).toBe('film');
    });
});
