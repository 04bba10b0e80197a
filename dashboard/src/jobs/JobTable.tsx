import { useNavigate } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { createContext, type MouseEvent, memo, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useMay } from '../access/access';
import type { Job } from '../api/types';
import { Bar, State } from '../parts/Icon';
import { useKeys } from '../parts/keys';
import { isOver, jobLook, parts, total } from '../parts/looks';
import { useMedia } from '../parts/theme';
import { between, clock, compact, number, rate, span } from '../parts/words';
import { type JobActions, useJobActions } from './actions';
import { BulkBar } from './BulkBar';
import { canRetry, isAtWork, isHeld, isOpen } from './edits';
import { Priority } from './Priority';
import { NOTHING, type Selection, turn, turnAll } from './selection';
import { reason } from './sentence';

/** Above this many rows only those near the window exist. */
const MANY = 200;
/** The height of a row (px): the same for all where they are one line, and measured where they are not. */
const ROW = 32;
const ROW_OF_LINES = 78;
const ONE_LINE = '(min-width: 861px)';

export function JobTable({
    jobs,
    now,
    more,
    selection,
    select,
}: {
    jobs: Job[];
    now: number;
    more: (() => void) | undefined;
    selection: Selection;
    select: (change: (now: Selection) => Selection) => void;
}) {
    const body = useRef<HTMLTableSectionElement>(null);
    const actions = useJobActions();
    const may = useMay();
    const navigate = useNavigate();
    const [here, setHere] = useState(jobs[0]?.id);
    const [editing, setEditing] = useState<string>();
    const [asking, setAsking] = useState<'priority' | 'cancel'>();
    const [top, setTop] = useState(0);
    const wantsFocus = useRef(false);

    useLayoutEffect(() => {
        setTop(body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0);
    }, []);
    const oneLine = useMedia(ONE_LINE);
    const virtual = useWindowVirtualizer({
        count: jobs.length,
        estimateSize: oneLine ? estimateLine : estimateLines,
        overscan: 10,
        scrollMargin: top,
        enabled: jobs.length > MANY,
    });
    const items = virtual.getVirtualItems();
    const seen = jobs.length > MANY ? items.map((item) => item.index) : jobs.map((_, at) => at);
    const before = jobs.length > MANY ? (items[0]?.start ?? top) - top : 0;
    const after = jobs.length > MANY ? virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top) : 0;
    const end = seen.at(-1) ?? 0;

    useEffect(() => {
        if (more && end > jobs.length - 50) more();
    }, [more, end, jobs.length]);

    const at = Math.max(
        0,
        jobs.findIndex((job) => job.id === here),
    );
    const current = jobs[at];
    useEffect(() => {
        if (!wantsFocus.current) return;
        const row = body.current?.querySelector<HTMLElement>(`tr[data-job="${here}"]`);
        if (row) {
            wantsFocus.current = false;
            row.focus();
        }
    });
    const move = (by: number) => {
        const inside = body.current?.contains(document.activeElement);
        const next = inside ? Math.max(0, Math.min(jobs.length - 1, at + by)) : at;
        wantsFocus.current = true;
        if (jobs.length > MANY) virtual.scrollToIndex(next, { align: 'auto' });
        setHere(jobs[next]?.id);
        if (jobs[next]?.id === here) body.current?.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus();
    };
    const open = (job: Job, tab?: 'why') =>
        void navigate({ to: '/jobs/$job', params: { job: job.id }, search: tab ? { tab } : {} });
    const onRow = (act: (job: Job) => void) => () => {
        if (current && body.current?.contains(document.activeElement)) act(current);
    };
    const able = may.act && may.off === undefined;
    const change = (act: (job: Job) => void) => onRow((job) => able && act(job));
    const picked = useMemo(
        () => (selection.picked.size > 0 ? jobs.filter((job) => selection.picked.has(job.id)) : []),
        [jobs, selection],
    );
    const clear = () => {
        setAsking(undefined);
        select(() => NOTHING);
    };
    /** A key acts on the selection where there is one, and on the row otherwise. */
    const changeAll = (all: (jobs: Job[]) => void, one: (job: Job) => void) =>
        picked.length > 0 ? () => able && all(picked) : change(one);
    const latest = useRef(jobs);
    useEffect(() => {
        latest.current = jobs;
    });
    const pick = useCallback(
        (id: string, extend: boolean) => select((old) => turn(old, latest.current, id, extend)),
        [select],
    );
    useKeys({
        j: () => move(1),
        k: () => move(-1),
        ArrowDown: (event) => inTable(event) && move(1),
        ArrowUp: (event) => inTable(event) && move(-1),
        Enter: onRow((job) => open(job)),
        w: onRow((job) => open(job, 'why')),
        x: onRow((job) => pick(job.id, false)),
        X: onRow((job) => pick(job.id, true)),
        Escape: () => picked.length > 0 && clear(),
        Delete: () => able && picked.length > 0 && setAsking('cancel'),
        h: changeAll(
            (all) => (all.every(isHeld) ? actions.release(all) : actions.hold(all)),
            (job) => isAtWork(job) && actions.holdOrRelease(job),
        ),
        r: changeAll(
            (all) => actions.retryFailed(all),
            (job) => canRetry(job) && actions.retryFailed([job]),
        ),
        p: changeAll(
            () => setAsking('priority'),
            (job) => isOpen(job) && setEditing(job.id),
        ),
    });

    return (
        <>
            <table className="table jobs" role="table" aria-label="Jobs" aria-rowcount={jobs.length + 1}>
                <colgroup>
                    {COLUMNS.map((column) => (
                        <col key={column} className={`c-${column}`} />
                    ))}
                </colgroup>
                <thead>
                    <tr>
                        <th className="c-pick">
                            <input
                                type="checkbox"
                                aria-label="Select all that are shown"
                                checked={picked.length > 0 && picked.length === jobs.length}
                                ref={(box) => {
                                    if (box) box.indeterminate = picked.length > 0 && picked.length < jobs.length;
                                }}
                                onChange={() => select((old) => turnAll(old, jobs))}
                            />
                        </th>
                        <th className="c-state">
                            <span className="vh">State</span>
                        </th>
                        <th className="c-picture">
                            <span className="vh">Picture</span>
                        </th>
                        <th>Job</th>
                        <th>Progress</th>
                        <th className="num">Done</th>
                        <th className="c-rate num">Rate</th>
                        <th>Done about</th>
                        <th className="num">Priority</th>
                        <th className="c-age num">Age</th>
                        <th>Why, or what it says</th>
                    </tr>
                </thead>
                <tbody ref={body}>
                    <Resting value={!virtual.isScrolling}>
                        {before > 0 && <tr className="space" style={{ height: before }} aria-hidden="true" />}
                        {seen.map((index) => {
                            const job = jobs[index];
                            return (
                                job && (
                                    <Row
                                        key={job.id}
                                        job={job}
                                        index={index}
                                        now={now}
                                        here={index === at}
                                        picked={selection.picked.has(job.id)}
                                        pick={pick}
                                        editing={editing === job.id}
                                        edit={setEditing}
                                        take={setHere}
                                        open={open}
                                        actions={actions}
                                        act={may.act}
                                        off={may.off}
                                        measure={jobs.length > MANY && !oneLine ? virtual.measureElement : undefined}
                                    />
                                )
                            );
                        })}
                        {after > 0 && <tr className="space" style={{ height: after }} aria-hidden="true" />}
                    </Resting>
                </tbody>
            </table>
            {picked.length > 0 && (
                <BulkBar
                    jobs={picked}
                    actions={actions}
                    act={may.act}
                    off={may.off}
                    asking={asking}
                    ask={setAsking}
                    clear={clear}
                />
            )}
        </>
    );
}

const estimateLine = () => ROW;
const estimateLines = () => ROW_OF_LINES;

function inTable(event: KeyboardEvent): boolean {
    return (event.target as HTMLElement).closest('.jobs') !== null;
}

/** Whether a click on a link shall open it in a tab or window of its own, which the browser does. */
function elsewhere(event: MouseEvent<HTMLElement>): boolean {
    const changed = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    return changed && (event.target as HTMLElement).closest('a') !== null;
}

const COLUMNS = ['pick', 'state', 'picture', 'name', 'bar', 'done', 'rate', 'eta', 'priority', 'age', 'why'];

/** Whether the list rests: pictures of rows that fly past would keep the server from what is asked next. */
const Resting = createContext(true);

function Picture({ of }: { of: string | undefined }) {
    const resting = useContext(Resting);
    const [wanted, want] = useState(resting);
    useEffect(() => {
        if (resting) want(true);
    }, [resting]);
    if (!of) return <div className="nothumb" title="no picture yet" />;
    return wanted ? (
        <img className="thumb" src={of} width="48" height="27" alt="latest picture" loading="lazy" />
    ) : (
        <div className="nothumb" />
    );
}

interface RowProps {
    job: Job;
    index: number;
    now: number;
    here: boolean;
    picked: boolean;
    pick: (job: string, extend: boolean) => void;
    editing: boolean;
    edit: (job: string | undefined) => void;
    take: (job: string) => void;
    open: (job: Job) => void;
    actions: JobActions;
    act: boolean;
    off: string | undefined;
    measure: ((row: Element | null) => void) | undefined;
}

const Row = memo(function Row({
    job,
    index,
    now,
    here,
    picked,
    pick,
    editing,
    edit,
    take,
    open,
    actions,
    act,
    off,
    measure,
}: RowProps) {
    const why = reason(job, now);
    const all = total(job.counts);
    const bar = parts(job.counts, isHeld(job) && !isOver(job.state) ? 'held' : job.state);
    return (
        <tr
            ref={measure}
            data-index={index}
            data-job={job.id}
            tabIndex={here ? 0 : -1}
            aria-selected={picked}
            aria-rowindex={index + 2}
            className={isOver(job.state) ? 'off' : ''}
            onFocus={() => take(job.id)}
            onClick={(event) => {
                if ((event.target as HTMLElement).closest('button, input, .c-pick') || elsewhere(event)) return;
                event.preventDefault();
                open(job);
            }}
        >
            <td
                className="c-pick"
                onClick={(event) => event.target === event.currentTarget && pick(job.id, event.shiftKey)}
            >
                <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label={`Select ${job.name}`}
                    checked={picked}
                    onChange={() => undefined}
                    onClick={(event) => pick(job.id, event.shiftKey)}
                />
            </td>
            <td className="c-state">
                <State look={jobLook(job.state)} bare />
            </td>
            <td className="c-picture">
                <Picture of={job.thumbnail} />
            </td>
            <td className="c-name" title={job.name}>
                <div className="two">
                    <b>
                        {/* The row opens the job; the router's own link took a quarter of the script's time. */}
                        <a href={`/jobs/${job.id}`} tabIndex={-1}>
                            {job.name}
                        </a>
                    </b>
                    <small>{job.user}</small>
                </div>
            </td>
            <td className="c-bar">
                <Bar parts={bar} />
            </td>
            <td className="c-done num" title={`${number(job.counts.done)} of ${number(all)}`}>
                <b>{compact(job.counts.done)}</b> / {compact(all)}
            </td>
            <td className="c-rate num t2">{job.state === 'running' ? rate(job.tasksPerMinute) : ''}</td>
            <td className="c-eta" title={job.noEta}>
                {job.eta && !isOver(job.state) && (
                    <>
                        {clock(job.eta.p50, now)}
                        <small title="by then in nine of ten cases">{clock(job.eta.p90, now)}</small>
                    </>
                )}
            </td>
            <td className="c-priority num">
                {act && !isOver(job.state) ? (
                    <Priority
                        job={job}
                        off={off}
                        set={(priority) => actions.setPriority([job], priority)}
                        open={editing}
                        close={(isOpen) => edit(isOpen ? job.id : undefined)}
                    />
                ) : (
                    job.priority
                )}
            </td>
            <td className="c-age num t2">{span(between(job.submittedAt, undefined, now))}</td>
            <td className={`c-why ${job.needsPerson ? 'need' : ''}`} title={why}>
                {why}
            </td>
        </tr>
    );
});
