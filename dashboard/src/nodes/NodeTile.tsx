import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../access/access';
import { call } from '../api/client';
import { jobQuery, nodeExplainQuery } from '../api/queries';
import type { Node, Run } from '../api/types';
import { Reasons } from '../job/Why';
import { useProgress } from '../live/LiveFarm';
import { Icon, State } from '../parts/Icon';
import { nodeLook } from '../parts/looks';
import { useNow } from '../parts/time';
import { useToasts } from '../parts/Toasts';
import { between, clock, count, join, mebibytes, number, percent, span, taskName } from '../parts/words';
import { inSlots, isQuarantined, load, make, programs, sceneName } from './nodeWords';

/** More free slots than this are told as a number. */
const MOST_FREE = 12;

/** A node: a square for each slot with its picture and how far it is, warm scenes, and why there is room. */
export function NodeTile({ node }: { node: Node }) {
    const [why, setWhy] = useState(false);
    const free = node.state === 'online' ? (node.slots ?? 0) : 0;
    const offers = programs(node);
    const look = nodeLook(node);
    const begun = inSlots(node);
    const next = node.runs.length - begun.length;
    const quarantined = isQuarantined(node);
    return (
        <article
            className={`tile ${node.state} ${quarantined ? 'quarantined' : ''}`}
            tabIndex={0}
            aria-label={`${node.name}, ${look.word}`}
        >
            <header>
                {look.word !== 'online' && <State look={look} bare />}
                <b className="cut" title={node.name}>
                    {node.name}
                </b>
                <span className="s t3 cut" title={join([make(node), ...offers])}>
                    {make(node)}
                </span>
                <span className="r">
                    {node.state === 'lost' ? (
                        <span className="st st-failed">lost?</span>
                    ) : node.state === 'offline' ? (
                        <span className="st st-cancelled">offline</span>
                    ) : quarantined ? (
                        <span className="st st-held">quarantined</span>
                    ) : (
                        join([
                            `${begun.length} of ${begun.length + free}`,
                            next > 0 && `${number(next)} ${next === 1 ? 'waits' : 'wait'} behind`,
                        ])
                    )}
                </span>
            </header>
            {node.state !== 'offline' && !(quarantined && begun.length === 0) && (
                <div className="slots">
                    {begun.map((run) => (
                        <Slot key={run.id} run={run} />
                    ))}
                    {Array.from({ length: Math.min(free, MOST_FREE) }, (_, slot) => (
                        <div key={`free ${slot}`} className="slot free" title="free" />
                    ))}
                    {free > MOST_FREE && <div className="slot free more">+{free - MOST_FREE}</div>}
                    {begun.length + free === 0 && <div className="slot free" title="idle" />}
                </div>
            )}
            {node.state === 'online' && <Warm node={node} offers={offers} />}
            {node.state !== 'online' ? (
                <Gone node={node} />
            ) : (
                !quarantined && <Idle node={node} why={why} toggle={() => setWhy(!why)} />
            )}
            {node.quarantine !== undefined && <Quarantined node={node} why={node.quarantine} />}
            {why && node.state === 'online' && !quarantined && <WhyIdle node={node} />}
        </article>
    );
}

/** One running run. Its own frame is not there yet, so it shows the latest of its job. */
function Slot({ run }: { run: Run }) {
    const { progress, text } = useProgress(run);
    const job = useQuery(jobQuery(run.job)).data;
    const share = progress ?? 0;
    const loading = run.state === 'assigned' || (run.startedAt === undefined && progress === undefined);
    const tone = run.state === 'cancelling' ? 'cancelled' : loading ? 'loading' : 'running';
    const what = join([
        job?.name ?? run.jobName,
        taskName(run),
        run.state === 'cancelling' ? 'cancelling' : loading ? 'starting' : percent(share),
        text,
    ]);
    return (
        <Link
            className={`slot st-${tone}`}
            to="/jobs/$job"
            params={{ job: run.job }}
            search={{ tab: 'log', run: run.id }}
            title={what}
            aria-label={what}
        >
            {job?.thumbnail ? (
                <img className="p" src={job.thumbnail} alt="" />
            ) : (
                <span className="mid">
                    <Icon name={loading ? 'loading' : 'running'} />
                </span>
            )}
            <svg viewBox="0 0 64 64" aria-hidden="true">
                <path className="bg" d="M32 2H62V62H2V2H32" />
                <path className="fg" d="M32 2H62V62H2V2H32" pathLength="1" strokeDasharray={`${share} 1`} />
            </svg>
            <span className="tag">{run.label}</span>
        </Link>
    );
}

function Warm({ node, offers }: { node: Node; offers: string[] }) {
    if (node.instances.length === 0) {
        return (
            <div className="warm" aria-label="programs">
                {offers.slice(0, 3).map((offer) => (
                    <span key={offer} className="chip plain" title={offer}>
                        <span>{offer}</span>
                    </span>
                ))}
            </div>
        );
    }
    return (
        <div className="warm" aria-label="warm scenes">
            {node.instances.map((instance) => (
                <span
                    key={instance.id}
                    className={`chip warm ${instance.state === 'loading' ? 'loading' : ''}`}
                    title={join([
                        `${instance.state === 'loading' ? 'loading' : 'warm'}: ${instance.model}`,
                        instance.state,
                        instance.memoryMebibytes !== undefined && mebibytes(instance.memoryMebibytes),
                    ])}
                >
                    <span>{sceneName(instance.model)}</span>
                </span>
            ))}
        </div>
    );
}

function Idle({ node, why, toggle }: { node: Node; why: boolean; toggle: () => void }) {
    const { processors, memory } = load(node);
    if (node.idleReason) {
        return (
            <button className="say plain" aria-expanded={why} onClick={toggle} title="Say more">
                {node.idleReason}
            </button>
        );
    }
    return (
        <div className="load">
            {processors !== undefined && <Meter name="CPU" share={processors} />}
            {memory !== undefined && <Meter name="mem" share={memory} />}
            {processors === undefined && memory === undefined && node.since && (
                <span>here since {clock(node.since, Date.now())}</span>
            )}
        </div>
    );
}

function Meter({ name, share }: { name: string; share: number }) {
    return (
        <>
            <span>{name}</span>
            <u role="img" aria-label={`${name} ${percent(share)}`} title={percent(share)}>
                <i style={{ width: `${share * 100}%` }} />
            </u>
        </>
    );
}

function WhyIdle({ node }: { node: Node }) {
    const why = useQuery(nodeExplainQuery(node.id));
    return why.data ? (
        <div className="more">
            <Reasons explanation={why.data} />
        </div>
    ) : (
        <p className="say">{why.error?.message ?? '…'}</p>
    );
}

/** A node that failed what others do: why, what failed on it, and the word of a person that it is mended. */
function Quarantined({ node, why }: { node: Node; why: string }) {
    const now = useNow();
    const may = useMay();
    const toasts = useToasts();
    const queries = useQueryClient();
    const [asked, setAsked] = useState(false);
    const tryAgain = () => {
        setAsked(true);
        void call<Node>(`/nodes/${encodeURIComponent(node.id)}:try-again`, { method: 'POST' })
            .then(
                () => toasts.say(`${node.name} is trusted again`),
                (error: Error) => toasts.complain(error.message),
            )
            .then(() => queries.invalidateQueries({ queryKey: ['nodes'] }))
            .then(() => setAsked(false));
    };
    const failures = node.failures ?? [];
    return (
        <>
            <div className="act">
                <p className="say">
                    {node.quarantinedAt && `Since ${clock(node.quarantinedAt, now)}: `}
                    {why}.
                </p>
                {may.act && (
                    <button
                        className="btn small"
                        disabled={may.off !== undefined || asked}
                        title={may.off ?? 'Trust it again, once it is mended'}
                        aria-label={`Try ${node.name} again`}
                        onClick={tryAgain}
                    >
                        Try again
                    </button>
                )}
            </div>
            {failures.length > 0 && (
                <ul className="fails" aria-label={`What failed on ${node.name}`}>
                    {failures.map((run, at) => {
                        const says = run.sentence || run.reason;
                        const before = failures[at - 1];
                        return (
                            <li key={run.id}>
                                <Link
                                    to="/jobs/$job"
                                    params={{ job: run.job }}
                                    search={{ tab: 'log', run: run.id }}
                                    className="link cut"
                                    title="Open the log"
                                >
                                    {taskName(run)} of {run.jobName}
                                </Link>
                                {says !== (before?.sentence || before?.reason) && <span>{says}</span>}
                            </li>
                        );
                    })}
                </ul>
            )}
            <p className="say t3">It is given only what no other node could do.</p>
        </>
    );
}

/** A node that is silent: what will happen by itself, and the one thing that a person can do. */
function Gone({ node }: { node: Node }) {
    const now = useNow(1000);
    const may = useMay();
    const toasts = useToasts();
    const queries = useQueryClient();
    const [asking, setAsking] = useState(false);
    const [readAt] = useState(Date.now);
    const runs = node.runs.length;
    const silent =
        node.silentSeconds !== undefined
            ? node.silentSeconds + (now - readAt) / 1000
            : between(node.since, undefined, now);
    const declare = () =>
        void call<Node>(`/nodes/${encodeURIComponent(node.id)}:release-runs`, { method: 'POST' })
            .then(
                () => toasts.say(`${count(runs, 'task')} of ${node.name} ${runs === 1 ? 'waits' : 'wait'} again`),
                (error: Error) => toasts.complain(error.message),
            )
            .then(() => queries.invalidateQueries({ queryKey: ['nodes'] }));
    if (node.state === 'offline') {
        return (
            <p className="say">
                {node.goneWhy || 'Its agent has ended.'}{' '}
                {node.since && <span className="t3">Since {clock(node.since, now)}.</span>}
            </p>
        );
    }
    if (asking) {
        return (
            <div className="act ask">
                <p className="say">
                    Sure that it is off? If it still renders, the same frame is rendered twice. Its late results are
                    refused.
                </p>
                <button className="btn small" autoFocus onClick={() => setAsking(false)}>
                    Wait
                </button>
                <button className="btn small danger" disabled={may.off !== undefined} title={may.off} onClick={declare}>
                    It is off
                </button>
            </div>
        );
    }
    return (
        <div className="act">
            <p className="say">
                {Number.isFinite(silent) ? `Silent for ${span(Math.max(0, silent))}` : 'Silent'}
                {runs > 0 ? `; its ${count(runs, 'task is', 'tasks are')} given away when the lease is over.` : '.'}
                {node.goneWhy && ` ${node.goneWhy}`}
            </p>
            {may.act && runs > 0 && (
                <button
                    className="btn small"
                    disabled={may.off !== undefined}
                    title={may.off}
                    onClick={() => setAsking(true)}
                >
                    It is dead…
                </button>
            )}
        </div>
    );
}
