import { describe, expect, it } from 'vitest';
import type { Farm, Job } from '../api/types';
import { loginAddress } from '../access/links';
import { steady } from './order';
import { doneAbout, heading, subheading } from './sentence';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));
const ids = (list: { id: string }[]) => list.map(({ id }) => id).join('');

describe('heading', () => {
    it('says what runs, waits and needs somebody', () => {
        expect(heading({})).toBe('No jobs yet');
        expect(heading({ running: 7, waiting: 5, failed: 2 })).toBe('7 jobs run, 5 wait, 2 need you');
        expect(heading({ running: 1 })).toBe('1 job runs');
        expect(heading({ waiting: 1, held: 1 })).toBe('1 job waits, 1 is held');
        expect(heading({ failed: 1, done: 4 })).toBe('1 job needs you');
        expect(heading({ done: 4 })).toBe('All quiet. 4 jobs done');
    });
});

describe('doneAbout', () => {
    const now = new Date(2026, 10, 24, 14, 0).getTime();
    const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
    const job = (more: Partial<Job>): Job => ({
        id: '1f',
        name: 'walk',
        user: 'ana',
        state: 'running',
        band: 'normal',
        priority: 50,
        counts: { waiting: 5, running: 1, done: 3, failed: 0 },
        submittedAt: at(-60),
        reason: '',
        ...more,
    });

    it('says both moments, or one where they are the same', () => {
        const eta = { p50: at(20), p90: at(50) };
        expect(doneAbout(job({ eta }), now)).toBe('done about 14:20, in nine of ten cases by 14:50');
        expect(doneAbout(job({ eta: { p50: at(20), p90: at(20.4) } }), now)).toBe('done about 14:20');
    });

    it('says nothing of a job that is over or of which nothing is known', () => {
        expect(doneAbout(job({}), now)).toBe('');
        expect(doneAbout(job({ state: 'done', eta: { p50: at(1), p90: at(2) } }), now)).toBe('');
    });

    it('tells when the known part of the queue is empty', () => {
        const farm = { nodes: { online: 1 }, slots: { running: 1, free: 0 } } as unknown as Farm;
        const jobs = [job({ eta: { p50: at(20), p90: at(50) } }), job({ state: 'waiting', eta: { p50: at(90), p90: at(95) } })];
        expect(subheading(farm, jobs, now)).toContain('the queue is empty about 15:30');
    });
});

describe('steady', () => {
    it('shows the new order while nobody touches the list', () => {
        expect(steady(rows('a', 'b'), rows('c', 'a', 'b'), false)).toEqual({ rows: rows('c', 'a', 'b'), moved: 0 });
    });

    it('keeps rows where they are under a hand, and counts what waits', () => {
        const { rows: kept, moved } = steady(rows('a', 'b', 'c'), rows('n', 'c', 'a'), true);
        expect(ids(kept)).toBe('abc');
        expect(moved).toBe(4);
    });

    it('renews values in place and lets further pages in at the end', () => {
        const shown = [{ id: 'a', n: 1 }];
        const { rows: kept, moved } = steady(
            shown,
            [
                { id: 'a', n: 2 },
                { id: 'b', n: 1 },
            ],
            true,
        );
        expect(kept).toEqual([
            { id: 'a', n: 2 },
            { id: 'b', n: 1 },
        ]);
        expect(moved).toBe(0);
    });
});

describe('loginAddress', () => {
    it('takes a whole link, its path, or its code', () => {
        const code = 'Zk3_pQ-9vTz81LmNw0aX';
        const address = `/login?code=${code}`;
        expect(loginAddress(`http://127.0.0.1:7411/login?code=${code}\n`)).toBe(address);
        expect(loginAddress(`/login?code=${code}`)).toBe(address);
        expect(loginAddress(code)).toBe(address);
    });

    it('refuses what is no login link', () => {
        for (const text of ['', 'hello', 'http://example.org/', 'javascript:alert(1)', '/login?code=a b c d e f g']) {
            expect(loginAddress(text)).toBeUndefined();
        }
    });
});
