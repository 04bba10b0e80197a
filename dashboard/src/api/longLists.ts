/** Keeps lists of jobs new: short ones are read again, of long ones only what has changed. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { call } from './client';
import { jobsPage } from './queries';
import type { Job, JobPage } from './types';

/** Lists of more pages than this are not read again as a whole. */
const SHORT = 3;
/** So many changed jobs of a long list are looked up at a time; the next change brings the others. */
const LOOKED_UP = 40;

type Pages = InfiniteData<JobPage, string>;

/**
 * The pages of a long list, renewed: its first page as it now is, then what has slipped from it,
 * and below that the jobs that changed.
 */
export function renewed(pages: Pages, first: JobPage, changed: ReadonlyMap<string, Job>): Pages {
    const [former, ...rest] = pages.pages;
    if (!former) return pages;
    const fresh = new Set(first.items.map(({ id }) => id));
    const slipped = former.items.filter(({ id }) => !fresh.has(id));
    const items = [...first.items, ...renewedItems(slipped, changed)];
    const head: JobPage = { ...former, items, states: first.states };
    return {
        ...pages,
        pages: [
            head,
            ...rest.map((page) =>
                page.items.some(({ id }) => changed.has(id))
                    ? { ...page, items: renewedItems(page.items, changed) }
                    : page,
            ),
        ],
    };
}

function renewedItems(items: readonly Job[], changed: ReadonlyMap<string, Job>): Job[] {
    return items.map((item) => ({ ...item, ...changed.get(item.id) }));
}

/** Reads again what lists show of jobs, given which of them changed. Answers the ids that are still to be looked up. */
export async function renewJobs(queries: QueryClient, changed: readonly string[]): Promise<string[]> {
    const long = queries
        .getQueryCache()
        .findAll({ queryKey: ['jobs'], type: 'active' })
        .filter((query) => ((query.state.data as Pages | undefined)?.pages.length ?? 0) > SHORT);
    const isLong = new Set(long.map((query) => query.queryHash));
    const others = queries.invalidateQueries({
        queryKey: ['jobs'],
        predicate: (query) => !isLong.has(query.queryHash),
    });
    let left: string[] = [];
    for (const { queryKey } of long) {
        const [, state, q] = queryKey as [string, string, string];
        const first = await jobsPage({ state, q }, '');
        const fresh = new Set(first.items.map(({ id }) => id));
        const shown = new Set(
            queries.getQueryData<Pages>(queryKey)?.pages.flatMap((page) => page.items.map(({ id }) => id)),
        );
        const below = changed.filter((id) => shown.has(id) && !fresh.has(id));
        left = below.slice(LOOKED_UP);
        const found = await Promise.all(
            below.slice(0, LOOKED_UP).map((id) => call<Job>(`/jobs/${encodeURIComponent(id)}`).catch(() => undefined)),
        );
        const jobs = new Map(found.flatMap((job) => (job ? [[job.id, job] as const] : [])));
        queries.setQueryData<Pages>(queryKey, (pages) => pages && renewed(pages, first, jobs));
    }
    await others;
    return left;
}
