import { describe, expect, it } from 'vitest';
import type { Limit } from '../api/types';
import { costOfDeleting, heading, promise, standing, subheading, wrongName, wrongSeats } from './limitWords';

function limit(name: string, count: number, taken: number, waiting = 0): Limit {
    return {
        name,
        count,
        taken,
        free: Math.max(0, count - taken),
        note: '',
        setAt: '2026-03-02T10:00:00Z',
        waiting,
        holders: Array.from({ length: taken }, (_, seat) => ({
            job: `j${seat % 2}`,
            jobName: 'walk',
            run: `r${seat}`,
            label: String(seat),
            node: 'n',
            nodeName: 'north',
            seats: 1,
            since: '2026-03-02T10:00:00Z',
        })),
    };
}

describe('limits', () => {
    it('are answered for in a sentence', () => {
        expect(heading([])).toBe('No limits yet');
        expect(heading([limit('arnold', 4, 4), limit('nuke', 2, 0)])).toBe('2 limits, none is used up');
        expect(heading([limit('arnold', 4, 4, 1), limit('nuke', 2, 0)])).toBe(
            'arnold is used up, 1 task waits for a seat',
        );
        expect(heading([limit('arnold', 4, 4, 3), limit('nuke', 0, 0, 2)])).toBe(
            '2 of 2 limits are used up, 5 tasks wait for seats',
        );
        expect(subheading([limit('arnold', 4, 3), limit('nuke', 2, 0)])).toBe('3 of 6 seats are held, by 2 jobs.');
        expect(subheading([limit('nuke', 2, 0)])).toBe('2 seats in all, none is held.');
    });

    it('say how they stand', () => {
        expect(standing(limit('a', 4, 1))).toBe('1 of 4 seats held, 3 free');
        expect(standing(limit('a', 1, 1, 9))).toBe('The only seat is held, 9 tasks wait');
        expect(standing(limit('a', 2, 3))).toBe('3 held and only 2 seats: nothing more is placed until it fits');
        expect(standing(limit('a', 0, 0))).toBe('No seats: nothing is placed');
    });

    it('say what a change will do before it is made', () => {
        const full = limit('a', 4, 4, 9);
        expect(promise(undefined, 4)).toContain('finds no free seat waits');
        expect(promise(full, 6)).toContain('2 seats more: waiting tasks take them at once');
        expect(promise(full, 2)).toContain('4 are held now and none is taken away');
        expect(promise(full, 0)).toContain('until you raise it again');
        expect(promise(limit('a', 4, 0), 3)).toBe('1 seat fewer. Nothing that runs is stopped.');
        expect(promise(limit('a', 4, 0), 4)).toBe('4 seats, as now.');
        expect(costOfDeleting(full)).toContain('once they are given back');
        expect(costOfDeleting(limit('a', 4, 0, 2))).toContain('2 tasks that name it go on waiting');
    });

    it('take the names and numbers that the server takes', () => {
        const known = [limit('arnold', 4, 0)];
        for (const name of ['nuke', '_a', 'a.b2']) expect(wrongName(name, known)).toBeUndefined();
        for (const name of ['', 'Arnold', 'a b', '2d', 'a.', 'arnold', 'x'.repeat(81)])
            expect(wrongName(name, known)).toBeDefined();
        for (const seats of ['0', '12', '1000000']) expect(wrongSeats(seats)).toBeUndefined();
        for (const seats of ['', '-1', '1.5', '1000001', 'four']) expect(wrongSeats(seats)).toBeDefined();
    });
});
