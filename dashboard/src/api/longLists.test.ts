import { describe, expect, it } from 'vitest';
import { renewed } from './longLists';
import type { Job, JobPage } from './types';

const job = (id: string, done = 0): Job => ({
    id,
    name: id,
    user: 'ana',
    state: 'running',
    band: 'normal',
    priority: 50,
    counts: { waiting: 9, running: 1, done, failed: 0 },
    submittedAt: '2026-03-02T10:00:00Z',
    reason: '',
});
const page = (items: Job[], next?: string): JobPage => ({ items, states: {}, ...(next ? { next } : {}) });
const list = (...pages: JobPage[]) => ({ pages, pageParams: pages.map((_, at) => String(at || '')) });

describe('a long list of jobs', () => {
    const known = list(page([job('e'), job('d')], '1'), page([job('c'), job('b')], '2'), page([job('a')]));
    const told = (pages: ReturnType<typeof renewed>) =>
        pages.pages.map(({ items }) => items.map(({ id, counts }) => id + counts.done).join(' '));

    it('gets new jobs at its head and loses none between its pages', () => {
        const after = renewed(known, { ...page([job('f'), job('e', 3)], 'x'), states: { running: 6 } }, new Map());
        expect(told(after)).toEqual(['f0 e3 d0', 'c0 b0', 'a0']);
        expect(after.pages[0]?.states).toEqual({ running: 6 });
        expect(after.pages[0]?.next).toBe('1');
    });

    it('gets changed jobs wherever they stand, and keeps pages without one as they are', () => {
        const first = page([job('f'), job('e')]);
        const after = renewed(
            known,
            first,
            new Map([job('d', 5), job('b', 7)].map((changed) => [changed.id, changed])),
        );
        expect(told(after)).toEqual(['f0 e0 d5', 'c0 b7', 'a0']);
        expect(after.pages[2]).toBe(known.pages[2]);
    });
});
