import { describe, expect, it } from 'vitest';
import { csv, dayWords, heading, hours, lastDays, mark, subheading, type UsageRow } from './usageModel';

const row = (key: string, nodeHours: number, more: Partial<UsageRow> = {}): UsageRow => ({
    key,
    nodeHours,
    loadHours: 0,
    done: 0,
    failed: 0,
    lost: 0,
    ...more,
});

describe('usage', () => {
    it('counts the last days of the local calendar, today among them, over months', () => {
        const now = new Date(2026, 2, 3, 0, 30).getTime();
        expect(lastDays(7, now)).toEqual({ from: '2026-02-25', to: '2026-03-03' });
        expect(lastDays(1, now)).toEqual({ from: '2026-03-03', to: '2026-03-03' });
    });

    it('marks its axis in digits that tell neighbours apart', () => {
        const marks = (step: number) => [0, 1, 2, 3].map((n) => mark(n * step, step));
        expect(marks(0.005)).toEqual(['0', '0.005', '0.010', '0.015']);
        expect(marks(0.2)).toEqual(['0', '0.2', '0.4', '0.6']);
        expect(marks(500)).toEqual(['0', '500', '1\u202f000', '1\u202f500']);
    });

    it('says what was done in a sentence', () => {
        const rows = [
            row('2026-03-01', 400, { done: 5000, failed: 3, loadHours: 40 }),
            row('2026-03-02', 12, { lost: 1 }),
        ];
        expect(heading(rows, 30)).toBe('412 node hours in 30 days, 5\u202f000 tasks done, 4 runs failed');
        expect(heading([row('2026-03-01', 0.2, { done: 1 })], 7)).toBe('12 min of node time in 7 days, 1 task done');
        expect(heading([row('2026-03-01', 0)], 7)).toBe('Nothing ran in 7 days');
        expect(subheading(rows)).toBe('10 % of it went into loading scenes. The busiest day was Sun 1 Mar.');
        expect(subheading([row('2026-03-01', 0)])).toContain('Node hours are');
    });

    it('tells hours in the digits that matter', () => {
        expect([0, 0.0001, 0.004, 0.04, 0.5, 3.456, 41.2, 12_345].map(hours)).toEqual([
            '0',
            '< 0.001',
            '0.004',
            '0.04',
            '0.5',
            '3.5',
            '41',
            '12\u202f345',
        ]);
        expect(dayWords('2026-11-28')).toBe('Sat 28 Nov');
    });

    it('writes files that spreadsheets read, and nothing that they run', () => {
        expect(csv('owner', [row('ana', 1.5, { done: 2 }), row('a "b", c', 0)])).toBe(
            'owner,node_hours,load_hours,done,failed,lost\r\nana,1.5,0,2,0,0\r\n"a ""b"", c",0,0,0,0,0\r\n',
        );
        expect(csv('owner', [row('=1+1', 0), row('@x', 0)])).toContain("\r\n'=1+1,0");
    });
});
