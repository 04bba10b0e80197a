import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { historyQuery } from '../api/queries';
import type { JobDetail } from '../api/types';
import { Failed, Loading } from '../parts/Situations';
import { clock } from '../parts/words';

/** Who did what, and what the job was submitted with. */
export function History({ job }: { job: JobDetail }) {
    const history = useInfiniteQuery(historyQuery(job.id));
    const [now] = useState(Date.now);
    const items = history.data?.pages.flatMap((page) => page.items) ?? [];
    if (history.isPending) return <Loading />;
    if (history.isError && items.length === 0)
        return <Failed error={history.error} again={() => void history.refetch()} />;
    const parameters = Object.entries(job.parameters ?? {});
    return (
        <div className="pane">
            <table className="table inner hist" role="table" aria-label="History">
                <caption className="vh">History of this job, the newest first</caption>
                <colgroup>
                    <col style={{ width: 112 }} />
                    <col style={{ width: 84 }} />
                    <col />
                </colgroup>
                <tbody>
                    {items.map((item, at) => (
                        <tr key={`${item.at} ${at}`}>
                            <td className="t3">{clock(item.at, now, true)}</td>
                            <td className="t2">{item.who}</td>
                            <td>{item.what}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            {history.hasNextPage && (
                <p className="more">
                    <button
                        className="btn small"
                        onClick={() => void history.fetchNextPage()}
                        disabled={history.isFetchingNextPage}
                    >
                        Earlier
                    </button>
                </p>
            )}
            {parameters.length > 0 && (
                <section className="given">
                    <h3>Submitted with</h3>
                    <dl className="facts">
                        {parameters.map(([name, value]) => (
                            <div key={name}>
                                <dt>{name}</dt>
                                <dd>
                                    <code>{value}</code>
                                </dd>
                            </div>
                        ))}
                    </dl>
                </section>
            )}
        </div>
    );
}
