import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useMay } from '../access/access';
import { limitExplainQuery, limitsQuery } from '../api/queries';
import type { Limit } from '../api/types';
import { Command } from '../parts/Copy';
import { Bar, Icon } from '../parts/Icon';
import { Empty, Failed, Loading } from '../parts/Situations';
import { useNow } from '../parts/time';
import { between, clock, count, number, span } from '../parts/words';
import { type LimitActions, useLimitActions } from './actions';
import { LimitForm } from './LimitForm';
import { costOfDeleting, heading, standing, subheading } from './limitWords';

/** Up to so many seats each has a square; more are told as a bar. */
const MOST_SQUARES = 48;
/** So many holders are shown at first. */
const FEW_HOLDERS = 6;

/** The farm's counted resources: how many seats, who holds them, who waits. */
export function LimitsPage() {
    const limits = useQuery(limitsQuery);
    const may = useMay();
    const actions = useLimitActions();
    const [making, setMaking] = useState(false);
    const button = useRef<HTMLButtonElement>(null);
    useEffect(() => {
        document.title = 'Limits · Lumenyard';
    }, []);
    const all = limits.data?.items ?? [];
    const stop = () => {
        setMaking(false);
        requestAnimationFrame(() => button.current?.focus());
    };
    return (
        <main id="main">
            <div className="head">
                <div className="grow">
                    <h1>{limits.data ? heading(all) : 'Limits'}</h1>
                    {all.length > 0 && <p className="sub">{subheading(all)}</p>}
                </div>
                {may.act && limits.data && !making && all.length > 0 && (
                    <button
                        ref={button}
                        className="btn"
                        disabled={may.off !== undefined}
                        title={may.off}
                        onClick={() => setMaking(true)}
                    >
                        <Icon name="plus" /> New limit
                    </button>
                )}
            </div>
            {making && (
                <section className="panel limit-new" aria-label="New limit">
                    <LimitForm limits={all} off={may.off} save={actions.make} close={stop} />
                </section>
            )}
            {limits.isPending ? (
                <section className="panel">
                    <Loading />
                </section>
            ) : limits.isError && all.length === 0 ? (
                <section className="panel">
                    <Failed error={limits.error} again={() => void limits.refetch()} />
                </section>
            ) : all.length === 0 ? (
                !making && <None make={may.act ? () => setMaking(true) : undefined} off={may.off} />
            ) : (
                <section className="panel limits" aria-label="Limits">
                    {all.map((limit) => (
                        <LimitPart
                            key={limit.name}
                            limit={limit}
                            limits={all}
                            act={may.act}
                            off={may.off}
                            actions={actions}
                        />
                    ))}
                </section>
            )}
        </main>
    );
}

/** What a limit is, for who has none. */
function None({ make, off }: { make: (() => void) | undefined; off: string | undefined }) {
    return (
        <section className="panel">
            <Empty title="Share what the farm has few of">
                <p>
                    A limit is a count for the whole farm: seats of a licence, or copies that a file server can bear. A
                    step takes a seat by naming <code>amount.limit.arnold</code> in its template, and waits while none
                    is free.
                </p>
                {make ? (
                    <div className="row">
                        <button className="btn primary" disabled={off !== undefined} title={off} onClick={make}>
                            New limit
                        </button>
                    </div>
                ) : (
                    <p className="t3">An admin makes one here, or in a terminal:</p>
                )}
                <Command text="./lumenyard limit set arnold 4" />
            </Empty>
        </section>
    );
}

type Asking = 'edit' | 'delete' | undefined;

function LimitPart({
    limit,
    limits,
    act,
    off,
    actions,
}: {
    limit: Limit;
    limits: readonly Limit[];
    act: boolean;
    off: string | undefined;
    actions: LimitActions;
}) {
    const [asking, setAsking] = useState<Asking>();
    const editing = useRef<HTMLButtonElement>(null);
    const close = () => {
        setAsking(undefined);
        requestAnimationFrame(() => editing.current?.focus());
    };
    const short = limit.free === 0 && limit.waiting > 0;
    return (
        <section className="limit" aria-labelledby={`limit-${limit.name}`}>
            <header>
                <div className="grow">
                    <h2 id={`limit-${limit.name}`}>{limit.name}</h2>
                    <p className={short ? '' : 't2'}>{standing(limit)}</p>
                    {limit.note && <p className="t3 s note">{limit.note}</p>}
                </div>
                {act && asking === undefined && (
                    <span className="row">
                        <button
                            ref={editing}
                            className="btn small"
                            disabled={off !== undefined}
                            title={off}
                            aria-label={`Edit ${limit.name}`}
                            onClick={() => setAsking('edit')}
                        >
                            <Icon name="pencil" size="s" /> Edit
                        </button>
                        <button
                            className="btn small quiet danger"
                            disabled={off !== undefined}
                            title={off}
                            aria-label={`Delete ${limit.name}…`}
                            onClick={() => setAsking('delete')}
                        >
                            Delete…
                        </button>
                    </span>
                )}
            </header>
            <Seats limit={limit} />
            {asking === 'edit' && (
                <LimitForm
                    limit={limit}
                    limits={limits}
                    off={off}
                    save={(_, seats, note) => actions.edit(limit, seats, note)}
                    close={close}
                />
            )}
            {asking === 'delete' && (
                <DeleteBar limit={limit} off={off} remove={() => actions.remove(limit)} keep={close} />
            )}
            {limit.holders.length > 0 && <Holders limit={limit} />}
            {limit.waiting > 0 && <Waiting limit={limit} />}
        </section>
    );
}

/** A square for each seat while there are few, a bar otherwise. */
function Seats({ limit }: { limit: Limit }) {
    const { count: seats, taken, free } = limit;
    const said = `${number(taken)} of ${count(seats, 'seat')} held`;
    const most = Math.max(seats, taken);
    if (most === 0) return null;
    if (most > MOST_SQUARES) {
        return (
            <div className="seat-bar">
                <Bar
                    parts={[
                        ['running', taken],
                        ['waiting', free],
                    ]}
                    said={said}
                    large
                />
            </div>
        );
    }
    return (
        <div className="seats" role="img" aria-label={said} title={said}>
            {Array.from({ length: most }, (_, seat) => (
                <i key={seat} className={seat >= seats ? 'over' : seat < taken ? 'taken' : ''} />
            ))}
        </div>
    );
}

function Holders({ limit }: { limit: Limit }) {
    const now = useNow(1000);
    const [all, setAll] = useState(false);
    const shown = all ? limit.holders : limit.holders.slice(0, FEW_HOLDERS);
    const left = limit.holders.length - shown.length;
    return (
        <>
            <table className="table inner holders" role="table" aria-label={`Who holds ${limit.name}`}>
                <colgroup>
                    <col className="c-job" />
                    <col className="c-task" />
                    <col className="c-node" />
                    <col className="c-seats" />
                    <col className="c-since" />
                </colgroup>
                <thead>
                    <tr>
                        <th>Held by</th>
                        <th>Task</th>
                        <th className="c-node">Node</th>
                        <th className="num c-seats">Seats</th>
                        <th className="num">For</th>
                    </tr>
                </thead>
                <tbody>
                    {shown.map((holder) => (
                        <tr key={holder.run}>
                            <td title={holder.jobName}>
                                <Link to="/jobs/$job" params={{ job: holder.job }} search={{}} className="link">
                                    {holder.jobName}
                                </Link>
                            </td>
                            <td>
                                <Link
                                    to="/jobs/$job"
                                    params={{ job: holder.job }}
                                    search={{ tab: 'log', run: holder.run }}
                                    className="link"
                                    title="Open the log"
                                    aria-label={`Log of ${holder.jobName}, ${holder.label}`}
                                >
                                    {holder.label}
                                </Link>
                            </td>
                            <td className="t2 c-node" title={holder.nodeName}>
                                {holder.nodeName}
                            </td>
                            <td className="num c-seats">{number(holder.seats)}</td>
                            <td className="num t2" title={`since ${clock(holder.since, now, true)}`}>
                                {span(Math.max(0, between(holder.since, undefined, now)))}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
            {left > 0 && (
                <p className="more">
                    <button className="btn small quiet" onClick={() => setAll(true)}>
                        {number(left)} more
                    </button>
                </p>
            )}
        </>
    );
}

/** What waits for a seat, by the kinds of work that wait. */
function Waiting({ limit }: { limit: Limit }) {
    const why = useQuery(limitExplainQuery(limit.name));
    const waiting = why.data?.reasons.filter((reason) => reason.kind === 'waiting') ?? [];
    if (waiting.length === 0) return null;
    return (
        <ul className="why waits" aria-label={`What waits for ${limit.name}`}>
            {waiting.map((reason) => (
                <li key={reason.text}>
                    <span className="st st-waiting" role="img" aria-label="waiting">
                        <Icon name="waiting" />
                    </span>
                    <span>{reason.text}</span>
                    <span className="t2 nw">{reason.count}</span>
                </li>
            ))}
        </ul>
    );
}

/** Asks once, and says what it will do. */
function DeleteBar({
    limit,
    off,
    remove,
    keep,
}: {
    limit: Limit;
    off: string | undefined;
    remove: () => Promise<string | undefined>;
    keep: () => void;
}) {
    const [refused, setRefused] = useState<string>();
    const held = limit.taken > 0;
    return (
        <div
            className="bulk inline ask"
            role="group"
            aria-label={`Delete ${limit.name}?`}
            onKeyDown={(event) => event.key === 'Escape' && keep()}
        >
            <p className="grow" role="status">
                <b className="b">Delete {limit.name}?</b>{' '}
                <span className={refused ? 'bad' : 't2'}>{refused ?? costOfDeleting(limit)}</span>
            </p>
            <span className="row">
                <button className="btn small" onClick={keep} autoFocus>
                    Keep
                </button>
                {!held && (
                    <button
                        className="btn small danger"
                        disabled={off !== undefined}
                        title={off}
                        onClick={() => void remove().then(setRefused)}
                    >
                        Delete the limit
                    </button>
                )}
            </span>
        </div>
    );
}
