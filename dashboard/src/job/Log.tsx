import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { logAddress } from '../api/client';
import { attemptsQuery, runQuery, runsQuery } from '../api/queries';
import type { JobDetail, Run } from '../api/types';
import { copy } from '../parts/Copy';
import { Icon, State } from '../parts/Icon';
import { useKeys } from '../parts/keys';
import { runLook } from '../parts/looks';
import { Empty, Failed, Loading } from '../parts/Situations';
import { useToasts } from '../parts/Toasts';
import { bytes, count, number, taskName } from '../parts/words';
import { cut, firstError, hits, isError } from './logModel';
import { LogReader } from './LogReader';

const LINE = 18;

/** The log of the run that was asked for, or of the one most worth reading. */
export function Log({
    job,
    wanted,
    choose,
}: {
    job: JobDetail;
    wanted: string | undefined;
    choose: (run: string) => void;
}) {
    const runs = useInfiniteQuery({ ...runsQuery(job.id), enabled: wanted === undefined });
    // Chosen once: a log does not change under the reader's eyes because another run began.
    const [suggested, setSuggested] = useState<string>();
    const items = runs.data?.pages[0]?.items;
    useEffect(() => {
        if (wanted === undefined && suggested === undefined && items?.length) setSuggested(worthReading(items)?.id);
    }, [wanted, suggested, items]);

    const id = wanted ?? suggested;
    const run = useQuery({ ...runQuery(job.id, id ?? ''), enabled: id !== undefined });
    if (id === undefined && runs.data && runs.data.pages[0]?.items.length === 0) {
        return (
            <Empty title="No log yet">
                <p>A log appears with the first run.</p>
            </Empty>
        );
    }
    if (run.error && !run.data) return <Failed error={run.error} title="This log could not be read" />;
    return run.data ? <RunLog key={run.data.id} run={run.data} choose={choose} /> : <Loading />;
}

/** The newest failed run while something is failed, else the newest that works, else the newest. */
function worthReading(runs: readonly Run[]): Run | undefined {
    const latest = new Map<string, Run>();
    for (const run of runs) {
        const task = `${run.step} ${run.index}`;
        if (!latest.has(task)) latest.set(task, run);
    }
    return (
        [...latest.values()].find((run) => run.state === 'failed') ??
        runs.find((run) => run.state === 'running') ??
        runs[0]
    );
}

function useLog(run: string) {
    const [reader] = useState(() => new LogReader(run));
    useEffect(() => {
        const look = () => (document.hidden ? reader.stop() : reader.start());
        look();
        document.addEventListener('visibilitychange', look);
        return () => {
            document.removeEventListener('visibilitychange', look);
            reader.stop();
        };
    }, [reader]);
    return useSyncExternalStore(reader.subscribe, reader.current);
}

function RunLog({ run, choose }: { run: Run; choose: (run: string) => void }) {
    const log = useLog(run.id);
    const toasts = useToasts();
    const { lines, version, status } = log;
    const scroller = useRef<HTMLDivElement>(null);
    const [words, setWords] = useState('');
    const [hit, setHit] = useState(0);
    const [atEnd, setAtEnd] = useState(true);
    const opened = useRef(false);

    // `lines` is one growing array: its version says when to look again.
    const found = useMemo(() => ({ lines: hits(lines, words.trim()), version }), [lines, words, version]).lines;
    const error = useMemo(() => ({ at: firstError(lines), version }), [lines, version]).at;
    const longest = useMemo(
        () => ({ length: lines.reduce((most, line) => Math.max(most, line.length), 0), version }),
        [lines, version],
    ).length;

    const virtual = useVirtualizer({
        count: lines.length,
        getScrollElement: () => scroller.current,
        estimateSize: () => LINE,
        overscan: 40,
    });
    const goTo = (line: number) => {
        setAtEnd(false);
        virtual.scrollToIndex(line, { align: 'center' });
    };
    const goToHit = (at: number) => {
        const next = found.length === 0 ? 0 : (at + found.length) % found.length;
        setHit(next);
        const line = found[next];
        if (line !== undefined) goTo(line);
    };

    // It opens where the trouble begins; a log without trouble opens at its end and follows it.
    useLayoutEffect(() => {
        if (lines.length === 0) return;
        const failed = run.state === 'failed' || run.state === 'lost';
        if (!opened.current && failed && error !== undefined) {
            opened.current = true;
            goTo(error);
            return;
        }
        if (status === 'complete' || status === 'following') opened.current = true;
        if (atEnd) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
        // Each new version may have brought lines to follow.
        // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [atEnd, version]);

    useKeys({
        n: () => goToHit(hit + 1),
        N: () => goToHit(hit - 1),
        e: () => error !== undefined && goTo(error),
    });
    const copyAll = async () => {
        if (await copy(lines.join('\n'))) toasts.say(`${count(lines.length, 'line')} copied`);
        else toasts.complain('The browser does not let this page copy. Open the log as text instead.');
    };
    return (
        <div className="logs">
            <div className="logbar">
                <State look={runLook(run.state)} bare />
                <Which run={run} choose={choose} />
                <input
                    className="input grow"
                    data-filter
                    type="search"
                    aria-label="Search in the log"
                    placeholder="Search"
                    spellCheck={false}
                    value={words}
                    onChange={(event) => {
                        setWords(event.target.value);
                        setHit(0);
                    }}
                    onKeyDown={(event) => {
                        if (event.key === 'Enter')
                            goToHit(event.shiftKey ? hit - 1 : found[hit] !== undefined && !atEnd ? hit + 1 : 0);
                        if (event.key === 'Escape') {
                            setWords('');
                            event.currentTarget.blur();
                        }
                    }}
                />
                <span className="xs t3 nw hits" aria-live="polite">
                    {words.trim() && (found.length > 0 ? `${number(hit + 1)} of ${number(found.length)}` : 'none')}
                </span>
                {error !== undefined && (
                    <button className="btn small" title="First error (e)" onClick={() => goTo(error)}>
                        First error
                    </button>
                )}
                <button className="btn small" onClick={() => void copyAll()} disabled={lines.length === 0}>
                    <Icon name="copy" size="s" />
                    Copy
                </button>
            </div>
            {run.sentence && run.state !== 'done' && (
                <p className="log-says bad" title={run.sentence}>
                    {run.sentence}
                </p>
            )}
            {log.skipped > 0 && (
                <p className="log-says t2">
                    The first {bytes(log.skipped)} are not shown.{' '}
                    <a className="link" href={logAddress(run.id)} target="_blank" rel="noreferrer">
                        Open the whole log
                    </a>
                </p>
            )}
            <div
                className="log"
                ref={scroller}
                tabIndex={0}
                role="log"
                aria-live="off"
                aria-label={`Log of ${taskName(run)}`}
                onScroll={(event) => {
                    const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
                    setAtEnd(scrollTop + clientHeight >= scrollHeight - LINE);
                }}
            >
                <ol style={{ height: virtual.getTotalSize(), minWidth: `calc(${longest}ch + 92px)` }}>
                    {virtual.getVirtualItems().map((item) => (
                        <Line
                            key={item.index}
                            at={item.index}
                            top={item.start}
                            text={lines[item.index] ?? ''}
                            words={words.trim()}
                            current={found[hit] === item.index}
                        />
                    ))}
                </ol>
                {lines.length === 0 && <p className="log-none t3">{nothing(status, log.problem)}</p>}
            </div>
            <p className="log-foot xs t3">
                <span>{count(lines.length, 'line')}</span>
                {status === 'following' && <span>{atEnd ? 'following' : 'more may have come below'}</span>}
                {!atEnd && lines.length > 0 && (
                    <button className="btn quiet small" onClick={() => setAtEnd(true)}>
                        To the end
                    </button>
                )}
                <span className="grow" />
                <a className="link" href={logAddress(run.id)} target="_blank" rel="noreferrer">
                    as text
                </a>
            </p>
        </div>
    );
}

function nothing(status: string, problem: string | undefined): string {
    switch (status) {
        case 'complete':
            return 'This run wrote nothing.';
        case 'following':
        case 'none':
            return 'Nothing written yet.';
        case 'failed':
            return problem ?? 'The log could not be read.';
        default:
            return '';
    }
}

/** Which run this is; where a task was tried more than once, the attempts can be chosen. */
function Which({ run, choose }: { run: Run; choose: (run: string) => void }) {
    const attempts = useQuery(attemptsQuery(run.job, run.step, run.index)).data?.items ?? [];
    const name = taskName(run);
    if (attempts.length < 2) {
        return (
            <span className="s nw which">
                {name} <span className="t3">on {run.nodeName}</span>
            </span>
        );
    }
    return (
        <>
            <span className="s nw which">{name}</span>
            <select
                className="input runs-of"
                aria-label={`Attempt at ${name}`}
                value={run.id}
                onChange={(event) => choose(event.target.value)}
            >
                {attempts.map((attempt, at) => (
                    <option key={attempt.id} value={attempt.id}>
                        run {attempts.length - at}, {runLook(attempt.state).word} on {attempt.nodeName}
                    </option>
                ))}
            </select>
        </>
    );
}

function Line({
    at,
    top,
    text,
    words,
    current,
}: {
    at: number;
    top: number;
    text: string;
    words: string;
    current: boolean;
}) {
    const bad = isError(text);
    return (
        <li className={`${bad ? 'err' : ''} ${current ? 'current' : ''}`} style={{ transform: `translateY(${top}px)` }}>
            <span aria-hidden="true">{number(at + 1)}</span>
            <code className={isRoutine(text) ? 'dim' : ''}>
                {cut(text, words).map((piece, part) => (part % 2 === 1 ? <mark key={part}>{piece}</mark> : piece))}
            </code>
        </li>
    );
}

/** Progress lines of renderers, which matter least. */
function isRoutine(line: string): boolean {
    return /^(?:Fra:\d+ |frame=\s*\d+ )/.test(line);
}
