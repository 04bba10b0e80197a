import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { usageQuery } from '../api/queries';
import { Icon } from '../parts/Icon';
import { Empty, Failed, Loading } from '../parts/Situations';
import { useNow } from '../parts/time';
import { number } from '../parts/words';
import { DayChart } from './DayChart';
import {
    type By,
    csv,
    dayWords,
    heading,
    hours,
    lastDays,
    LENGTHS,
    subheading,
    sums,
    type UsageRow,
} from './usageModel';

const route = getRouteApi('/usage');

const BYS: [By, string][] = [
    ['owner', 'Owner'],
    ['jobType', 'Job type'],
    ['engine', 'Engine'],
    ['node', 'Node'],
    ['day', 'Day'],
];

/** What the farm did, for whom and with what. */
export function UsagePage() {
    const { days = 30, by = 'owner' } = route.useSearch();
    const navigate = useNavigate();
    const now = useNow(60_000);
    const { from, to } = lastDays(days, now);
    const byDay = useQuery(usageQuery(from, to, 'day'));
    const grouped = useQuery(usageQuery(from, to, by));
    useEffect(() => {
        document.title = 'Usage · Lumenyard';
    }, []);
    const rows = byDay.data?.rows;
    const go = (search: { days?: number; by?: By }) =>
        void navigate({ to: '/usage', search: (old) => ({ ...old, ...search }), replace: true, resetScroll: false });
    return (
        <main id="main">
            <div className="head">
                <div className="grow">
                    <h1>{rows ? heading(rows, days) : 'Usage'}</h1>
                    {rows && <p className="sub">{subheading(rows)}</p>}
                </div>
                <div className="seg" role="group" aria-label="How many days">
                    {LENGTHS.map((length) => (
                        <button key={length} aria-pressed={length === days} onClick={() => go({ days: length })}>
                            {length} days
                        </button>
                    ))}
                </div>
            </div>
            {(!rows || rows.some((row) => row.nodeHours > 0)) && (
                <section className="panel usage-days" aria-label="Node hours by day">
                    <header>
                        <h2>Node hours by day</h2>
                        <div className="key" aria-hidden="true">
                            <span>
                                <i className="dot st-running" /> rendering
                            </span>
                            <span>
                                <i className="dot st-loading" /> of it loading
                            </span>
                            <span>
                                <i className="wedge" /> something failed
                            </span>
                        </div>
                    </header>
                    {rows ? (
                        <DayChart rows={rows} />
                    ) : byDay.error ? (
                        <Failed error={byDay.error} again={() => void byDay.refetch()} />
                    ) : (
                        <Loading rows={5} />
                    )}
                </section>
            )}
            <section className="panel list" aria-label="Usage in rows">
                <div className="tabs-and">
                    <div className="tabs" role="group" aria-label="By what">
                    {BYS.map(([name, word]) => (
                        <button key={name} aria-pressed={name === by} onClick={() => go({ by: name })}>
                            {word}
                        </button>
                    ))}
                    </div>
                    {grouped.data && grouped.data.rows.length > 0 && (
                        <Csv by={by} from={from} to={to} rows={grouped.data.rows} />
                    )}
                </div>
                {grouped.data ? (
                    <UsageTable by={by} rows={grouped.data.rows} />
                ) : grouped.error ? (
                    <Failed error={grouped.error} again={() => void grouped.refetch()} />
                ) : (
                    <Loading rows={5} />
                )}
            </section>
        </main>
    );
}

/** A file with the rows that are seen. */
function Csv({ by, from, to, rows }: { by: By; from: string; to: string; rows: UsageRow[] }) {
    const [address, setAddress] = useState<string>();
    useEffect(() => {
        const made = URL.createObjectURL(new Blob([csv(by, rows)], { type: 'text/csv' }));
        setAddress(made);
        return () => URL.revokeObjectURL(made);
    }, [by, rows]);
    return (
        <a className="btn small csv" aria-label="CSV" title="Download these rows" href={address} download={`usage-by-${by}-${from}-to-${to}.csv`}>
            <Icon name="download" size="s" /> <span>CSV</span>
        </a>
    );
}

function UsageTable({ by, rows }: { by: By; rows: UsageRow[] }) {
    const all = useMemo(() => sums(rows), [rows]);
    const most = Math.max(...rows.map((row) => row.nodeHours), 0);
    const word = BYS.find(([name]) => name === by)?.[1] ?? '';
    const shown = by === 'day' ? rows.toReversed() : rows;
    if (rows.length === 0 || most === 0) {
        return (
            <Empty title="Nothing ran on these days">
                <p>As soon as a node works, its hours are counted here.</p>
            </Empty>
        );
    }
    return (
        <table className="table usage" role="table" aria-label={`Usage by ${word.toLowerCase()}`}>
            <colgroup>
                <col className="c-key" />
                <col className="c-bar" />
                <col className="c-hours" />
                <col className="c-share" />
                <col className="c-load" />
                <col className="c-done" />
                <col className="c-failed" />
            </colgroup>
            <thead>
                <tr>
                    <th>{word}</th>
                    <th className="c-bar">
                        <span className="vh">Node hours, as a bar</span>
                    </th>
                    <th className="num">Node hours</th>
                    <th className="num c-share">Share</th>
                    <th className="num c-load">Loading</th>
                    <th className="num">Done</th>
                    <th className="num">Failed</th>
                </tr>
            </thead>
            <tbody>
                {shown.map((row) => (
                    <tr key={row.key}>
                        <td className="cut" title={row.key}>
                            {by === 'day' ? dayWords(row.key) : row.key}
                        </td>
                        <td className="c-bar" aria-hidden="true">
                            <div className="usage-bar">
                                <i style={{ width: `${(100 * row.nodeHours) / most}%` }}>
                                    <u
                                        style={{
                                            width: `${row.nodeHours > 0 ? Math.min(100, (100 * row.loadHours) / row.nodeHours) : 0}%`,
                                        }}
                                    />
                                </i>
                            </div>
                        </td>
                        <td className="num">{hours(row.nodeHours)}</td>
                        <td className="num t2 c-share">{Math.round((100 * row.nodeHours) / all.nodeHours)} %</td>
                        <td className="num t2 c-load">{hours(row.loadHours)}</td>
                        <td className="num">{number(row.done)}</td>
                        <td className={`num ${row.failed + row.lost > 0 ? 'bad' : 't3'}`}>
                            {number(row.failed + row.lost)}
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
