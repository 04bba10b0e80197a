/** Reads the runs of a job for its lanes: all at first, then only what is new and what was open. */
import type { Run, RunPage } from '../api/types';

/** The lanes show the newest runs, up to this many; the table has every one. */
export const MOST_RUNS = 5000;

export interface LaneRuns {
    /** The newest first. */
    runs: readonly Run[];
    /** Where older runs can be read on; undefined where the first run of the job is among them. */
    next?: string | undefined;
}

/**
 * Runs come newest first and do not change once they have ended. So of a list that is known, pages
 * are read only until they meet it and every run that was open has been seen again; what is older
 * than the list follows from where an earlier reading stopped.
 *
 * @param known what an earlier reading answered or told
 * @param page reads the page at a cursor; '' is the first
 * @param tell hears of the list while more of it is read
 */
export async function readRuns(
    known: LaneRuns | undefined,
    page: (cursor: string) => Promise<RunPage>,
    tell: (part: LaneRuns) => void = () => undefined,
    most = MOST_RUNS,
): Promise<LaneRuns> {
    const before = new Set(known?.runs.map((run) => run.id));
    const open = new Set(known?.runs.filter((run) => !run.endedAt).map((run) => run.id));
    const fresh = new Map<string, Run>();
    const read = async (cursor: string): Promise<string | undefined> => {
        const { items, next } = await page(cursor);
        for (const run of items) {
            fresh.set(run.id, run);
            open.delete(run.id);
        }
        return next || undefined;
    };
    const met = () => [...before].some((id) => fresh.has(id));
    let cursor = await read('');
    while (known && cursor !== undefined && fresh.size < most && !(met() && open.size === 0))
        cursor = await read(cursor);

    if (known && cursor !== undefined && met()) {
        for (const run of known.runs) if (!fresh.has(run.id)) fresh.set(run.id, run);
        cursor = known.next;
    }
    const list = (): LaneRuns => {
        const runs = [...fresh.values()];
        return runs.length > most ? { runs: runs.slice(0, most), next: cursor ?? '' } : { runs, next: cursor };
    };
    while (cursor !== undefined && fresh.size < most) {
        tell(list());
        cursor = await read(cursor);
    }
    return list();
}
