import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { historyQuery, laneRunsQuery } from '../api/queries';
import type { JobDetail, Run } from '../api/types';
import { State } from '../parts/Icon';
import { runLook } from '../parts/looks';
import { clock, count, taskName } from '../parts/words';
import { isHolding, troubleOf } from './causes';

/** So many are enough to see what they have in common. */
const MOST = 6;

/** The failures for which the farm holds a job; none while they are read, or where it does not. */
export function useTrouble(job: JobDetail): Run[] {
    const held = job.heldWhy !== undefined;
    const history = useInfiniteQuery({ ...historyQuery(job.id), enabled: held }).data;
    const runs = useQuery({ ...laneRunsQuery(job.id), enabled: held }).data?.runs;
    return useMemo(() => {
        if (!held || !runs || !history) return [];
        const line = history.pages.flatMap((page) => page.items).find(({ what }) => isHolding(what));
        return troubleOf(runs, line && Date.parse(line.at));
    }, [held, runs, history]);
}

/** What failed alike: each task with its node, its sentence, and the way to its log. */
export function Trouble({ job, now }: { job: JobDetail; now: number }) {
    const runs = useTrouble(job);
    if (runs.length === 0) return null;
    const nodes = new Set(runs.map((run) => run.node)).size;
    return (
        <section className="panel trouble" aria-label="What failed alike">
            <header>
                <h2>What failed alike</h2>
                <span className="t3">
                    {count(runs.length, 'task')} on {count(nodes, 'node')}
                </span>
            </header>
            <table className="table inner" role="table" aria-label="Tasks that failed alike">
                <colgroup>
                    <col className="c-task" />
                    <col className="c-node" />
                    <col />
                    <col className="c-at" />
                </colgroup>
                <thead>
                    <tr>
                        <th>Task</th>
                        <th className="c-node">Node</th>
                        <th>What it said</th>
                        <th className="num c-at">At</th>
                    </tr>
                </thead>
                <tbody>
                    {runs.slice(0, MOST).map((run, at) => (
                        <tr key={run.id}>
                            <td>
                                <State look={runLook(run.state)} bare />{' '}
                                <Link
                                    to="/jobs/$job"
                                    params={{ job: run.job }}
                                    search={{ tab: 'log', run: run.id }}
                                    replace
                                    resetScroll={false}
                                    className="link"
                                    title="Open the log"
                                    aria-label={`Log of ${taskName(run)}`}
                                >
                                    {taskName(run)}
                                </Link>
                            </td>
                            <td className="t2 c-node" title={run.nodeName}>
                                {run.nodeName}
                            </td>
                            <td className="says" title={words(run)}>
                                {words(run) === words(runs[at - 1]) ? <span className="t3">the same</span> : words(run)}
                            </td>
                            <td className="num t2 c-at">{clock(run.endedAt ?? '', now)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </section>
    );
}

function words(run: Run | undefined): string | undefined {
    return run && (run.sentence || run.reason);
}
