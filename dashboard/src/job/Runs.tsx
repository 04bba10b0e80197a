import { useInfiniteQuery } from '@tanstack/react-query';
import { memo, type ReactNode, useState } from 'react';
import { runsQuery } from '../api/queries';
import type { JobDetail, Run } from '../api/types';
import { useProgress } from '../live/LiveFarm';
import { Icon, State } from '../parts/Icon';
import { runLook } from '../parts/looks';
import { Empty, Failed, Loading } from '../parts/Situations';
import { useNow } from '../parts/time';
import { between, clock, join, mebibytes, percent, span } from '../parts/words';
import { Lanes } from './Lanes';
import { VirtualBody } from './VirtualBody';

/** The attempts: by node on a time axis, or as a table of every one; each opens its log. */
export function Runs({ job, open }: { job: JobDetail; open: (run: string) => void }) {
    const [asTable, setAsTable] = useState(false);
    const twin = (
        <button className="btn quiet small twin" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            <Icon name="table" size="s" />
            {asTable ? 'Show as lanes' : 'Show as table'}
        </button>
    );
    return asTable ? <RunTable job={job} open={open} twin={twin} /> : <Lanes job={job} open={open} twin={twin} />;
}

/** Every attempt, the newest first. */
function RunTable({ job, open, twin }: { job: JobDetail; open: (run: string) => void; twin: ReactNode }) {
    const runs = useInfiniteQuery(runsQuery(job.id));
    const now = useNow(1000);
    const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
    const items = runs.data?.pages.flatMap((page) => page.items) ?? [];
    if (runs.isPending) return <Loading rows={6} />;
    if (runs.isError && items.length === 0) return <Failed error={runs.error} again={() => void runs.refetch()} />;
    if (items.length === 0) {
        return (
            <Empty title="No run yet">
                <p>{job.reason || 'Each attempt at a task appears here.'}</p>
            </Empty>
        );
    }
    const severalSteps = job.steps.length > 1;
    return (
        <>
            <div className="pane" ref={setScroller}>
                <table className="table inner runs" role="table" aria-label="Runs">
                    <colgroup>
                        <col style={{ width: 128 }} />
                        <col style={{ width: severalSteps ? 116 : 76 }} />
                        <col className="c-node" style={{ width: 104 }} />
                        <col className="c-at" style={{ width: 64 }} />
                        <col style={{ width: 78 }} />
                        <col className="c-says" />
                    </colgroup>
                    <thead>
                        <tr>
                            <th>State</th>
                            <th>{severalSteps ? 'Task' : 'Frame'}</th>
                            <th className="c-node">Node</th>
                            <th className="c-at">Began</th>
                            <th className="num">Took</th>
                            <th className="c-says">What it says</th>
                        </tr>
                    </thead>
                    <VirtualBody
                        count={items.length}
                        scroller={scroller}
                        columns={6}
                        more={
                            runs.hasNextPage && !runs.isFetchingNextPage ? () => void runs.fetchNextPage() : undefined
                        }
                    >
                        {(at) => {
                            const run = items[at];
                            return (
                                run && (
                                    <Row
                                        key={run.id}
                                        run={run}
                                        now={run.endedAt ? 0 : now}
                                        open={open}
                                        step={severalSteps}
                                    />
                                )
                            );
                        }}
                    </VirtualBody>
                </table>
            </div>
            <div className="lane-foot">
                <span className="grow" />
                {twin}
            </div>
        </>
    );
}

const Row = memo(function Row({
    run,
    now,
    open,
    step,
}: {
    run: Run;
    now: number;
    open: (run: string) => void;
    step: boolean;
}) {
    const { progress, text } = useProgress(run);
    const runs = run.state === 'running';
    const look = runLook(run.state);
    const begun = run.state !== 'assigned';
    const says = !begun ? 'Not begun: its turn comes behind what runs there.' : runs ? join([text]) : (run.sentence ?? run.reason ?? '');
    const took = begun ? between(run.startedAt ?? run.placedAt, run.endedAt, now) : NaN;
    return (
        <tr onClick={(event) => (event.target as HTMLElement).closest('button') || open(run.id)}>
            <td>
                <State look={look} word={runs && progress !== undefined ? percent(progress) : look.word} />
            </td>
            <td>
                <button className="plain" onClick={() => open(run.id)} title="Open the log">
                    {step && run.label !== run.stepName && <span className="t3 of">{run.stepName} </span>}
                    {run.label}
                </button>
            </td>
            <td className="t2 c-node" title={run.nodeName}>
                {run.nodeName}
            </td>
            <td className="t2 c-at">{begun && clock(run.startedAt ?? run.placedAt, Date.now())}</td>
            <td className="num t2" title={join([run.loadSeconds && `${span(run.loadSeconds)} of it loading`])}>
                {span(took)}
            </td>
            <td className={`c-says ${look.tone === 'failed' ? 'bad' : 't2'}`} title={says}>
                {run.warm && (
                    <span className="t3 warm-mark" title="It found its scene loaded">
                        warm{' '}
                    </span>
                )}
                {says || (run.peakMebibytes ? <span className="t3">peak {mebibytes(run.peakMebibytes)}</span> : '')}
                {(run.warnings?.length ?? 0) > 0 && (
                    <span className="st st-loading" title={run.warnings?.join('\n')}>
                        {' '}
                        <Icon name="warn" size="s" /> {run.warnings?.[0]}
                    </span>
                )}
            </td>
        </tr>
    );
});
