import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useMay } from '../access/access';
import { Problem } from '../api/client';
import { historyQuery, jobQuery, laneRunsQuery, outputsQuery, stripQuery } from '../api/queries';
import type { JobDetail } from '../api/types';
import { useJobActions } from '../jobs/actions';
import { canRetry, costOfCancelling, costOfDeleting, hasEnded, isAtWork, isHeld, isOpen, wrongName } from '../jobs/edits';
import { Priority } from '../jobs/Priority';
import { doneAbout } from '../jobs/sentence';
import { Bar, Icon, State } from '../parts/Icon';
import { InPlace } from '../parts/InPlace';
import { useKeys } from '../parts/keys';
import { isOver, jobLook, parts } from '../parts/looks';
import { Empty, Failed, Loading } from '../parts/Situations';
import { useNow } from '../parts/time';
import { between, clock, count, inTheMiddle, span, taskName } from '../parts/words';
import { type Cause, causesMore, causesOf, failedHeading, heldHeading, heldMore, isHolding } from './causes';
import { FlipBook } from './FlipBook';
import { places } from './flipModel';
import { FrameStrip } from './FrameStrip';
import { Trouble, useTrouble } from './Trouble';
import { useFlip } from './useFlip';
import { useOpenLog } from './useOpenLog';
import { Work } from './Work';

const route = getRouteApi('/jobs/$job');

export function JobPage() {
    const { job: id } = route.useParams();
    const job = useQuery(jobQuery(id));
    useEffect(() => {
        document.title = `${job.data?.name ?? 'Job'} · Lumenyard`;
    }, [job.data?.name]);

    if (job.data?.archive) return <Archived key={id} job={job.data} />;
    if (job.data) return <Loaded key={id} job={job.data} />;
    const unknown = job.error instanceof Problem && job.error.status === 404;
    return (
        <main id="main">
            <section className="panel">
                {unknown ? (
                    <Empty title={`There is no job ${id}`} whole>
                        <p>It may have been deleted, or the address is mistyped.</p>
                        <div className="row">
                            <Link className="btn" to="/jobs">
                                Go to the jobs
                            </Link>
                        </div>
                    </Empty>
                ) : job.error ? (
                    <Failed error={job.error} again={() => void job.refetch()} />
                ) : (
                    <Loading rows={6} />
                )}
            </section>
        </main>
    );
}

/** Of an archived job only its own row is at hand. */
function Archived({ job }: { job: JobDetail }) {
    const titles = {
        archiving: 'Going into the archive',
        archived: 'In the archive',
        unarchiving: 'Coming back from the archive',
    };
    return (
        <main id="main">
            <Head job={job} />
            <div className="jobbar">
                <Bar parts={parts(job.counts, job.state)} large />
            </div>
            <section className="panel">
                <Empty title={titles[job.archive ?? 'archived']}>
                    <p>
                        {job.archive === 'unarchiving'
                            ? 'Its tasks, runs and logs can be seen here as soon as all of them are back.'
                            : 'Its tasks and runs are put away in a file. Unarchive it to see them and their logs, or to retry any.'}
                    </p>
                </Empty>
            </section>
        </main>
    );
}

/** The step that makes the pictures: the first that does not encode what others made. */
function pictureStep(job: JobDetail): string {
    return (job.steps.find((step) => step.engine !== 'encode') ?? job.steps[0])?.id ?? '';
}

function Loaded({ job }: { job: JobDetail }) {
    const step = pictureStep(job);
    const strip = useQuery(stripQuery(job.id));
    const outputs = useInfiniteQuery({ ...outputsQuery(job.id, step), enabled: step !== '' });
    const { hasNextPage, isFetching, fetchNextPage } = outputs;
    useEffect(() => {
        if (hasNextPage && !isFetching) void fetchNextPage();
    }, [hasNextPage, isFetching, fetchNextPage]);

    const row = strip.data?.steps.find((candidate) => candidate.id === step);
    const list = useMemo(
        () => (row ? places(row, outputs.data?.pages.flatMap((page) => page.items) ?? []) : []),
        [row, outputs.data],
    );
    const flip = useFlip(list);
    const now = useNow();
    return (
        <main id="main">
            <Head job={job} />
            {(job.warnings?.length ?? 0) > 0 && <Warnings warnings={job.warnings ?? []} />}
            {job.heldWhy !== undefined && isOpen(job) && <Trouble job={job} now={now} />}
            <div className="jobbar">
                <Bar parts={parts(job.counts, isHeld(job) && !isOver(job.state) ? 'held' : job.state)} large />
            </div>
            {strip.data ? (
                <FrameStrip job={job} strip={strip.data} pictureStep={step} flip={flip} />
            ) : (
                <section className="panel strip">
                    {strip.error ? (
                        <Failed error={strip.error} again={() => void strip.refetch()} />
                    ) : (
                        <Loading rows={3} />
                    )}
                </section>
            )}
            <div className="split low">
                <FlipBook job={job} step={step} flip={flip} film={job.film} />
                <Work job={job} step={step} flip={flip} />
            </div>
        </main>
    );
}

function Head({ job }: { job: JobDetail }) {
    const now = useNow();
    const may = useMay();
    const actions = useJobActions();
    const [cancelling, setCancelling] = useState(false);
    const [deleting, setDeleting] = useState(false);
    const [editing, setEditing] = useState(false);
    const [naming, setNaming] = useState(false);
    const said = useSaid(job, now);
    const openLog = useOpenLog(job.id);
    const open = isOpen(job);
    const ended = hasEnded(job);
    const away = job.archive !== undefined;
    const atWork = isAtWork(job);
    const held = isHeld(job);
    const failed = job.counts.failed;
    const retry = canRetry(job) && !away;
    const able = may.act && may.off === undefined;
    const { worst } = said;
    const log = worst && (
        <button className="btn" onClick={() => openLog(worst.step, worst.index)}>
            Log of {taskName(worst)}
        </button>
    );
    useKeys({
        h: () => able && atWork && actions.holdOrRelease(job),
        r: () => able && retry && actions.retryFailed([job]),
        p: () => able && open && !away && setEditing(true),
        F2: () => able && !away && setNaming(true),
    });
    return (
        <>
            <div className="head">
                <div className="grow">
                    <nav className="crumb" aria-label="Breadcrumb">
                        <Link to="/jobs">Jobs</Link>
                        <span>/</span>
                        <State look={jobLook(job.state)} bare />
                        <Name job={job} may={able && !away} open={naming} close={setNaming} rename={actions.rename} />
                    </nav>
                    <h1>{said.heading}</h1>
                    {said.more && <p className="sub">{said.more}</p>}
                    <Facts job={job} now={now} />
                </div>
                {may.act && (open || retry || ended) && (
                    <div className="row wrap acts" role="toolbar" aria-label="Actions">
                        {retry && (
                            <button
                                className={`btn ${held ? '' : 'primary'}`}
                                disabled={!able}
                                title={may.off}
                                onClick={() => actions.retryFailed([job])}
                            >
                                <Icon name="retry" /> Retry {count(failed, 'failed', 'failed')}
                            </button>
                        )}
                        {!held && log}
                        {atWork && (
                            <button
                                className={`btn ${held ? 'primary' : ''}`}
                                disabled={!able}
                                title={may.off}
                                onClick={() => actions.holdOrRelease(job)}
                            >
                                <Icon name={held ? 'running' : 'pause'} /> {held ? 'Release' : 'Hold'}
                            </button>
                        )}
                        {held && log}
                        {open && !away && (
                            <Priority
                                job={job}
                                off={may.off}
                                set={(priority) => actions.setPriority([job], priority)}
                                open={editing}
                                close={setEditing}
                                labelled
                            />
                        )}
                        {atWork && !cancelling && (
                            <button
                                className="btn quiet danger"
                                disabled={!able}
                                title={may.off}
                                onClick={() => setCancelling(true)}
                            >
                                Cancel…
                            </button>
                        )}
                        {ended && job.archive !== 'unarchiving' && (
                            <button
                                className={`btn ${away ? 'primary' : ''}`}
                                disabled={!able}
                                title={may.off}
                                onClick={() => (away ? actions.unarchive(job) : actions.archive(job))}
                            >
                                {away ? 'Unarchive' : 'Archive'}
                            </button>
                        )}
                        {ended && !deleting && (
                            <button
                                className="btn quiet danger"
                                disabled={!able}
                                title={may.off}
                                onClick={() => setDeleting(true)}
                            >
                                Delete…
                            </button>
                        )}
                    </div>
                )}
            </div>
            {cancelling && atWork && (
                <AskOnce
                    question={`Cancel ${job.name}?`}
                    cost={costOfCancelling([job])}
                    yes="Cancel the job"
                    keep={() => setCancelling(false)}
                    act={() => {
                        setCancelling(false);
                        actions.cancel([job]);
                    }}
                    off={may.off}
                />
            )}
            {deleting && ended && (
                <AskOnce
                    question={`Delete ${job.name}?`}
                    cost={costOfDeleting(job)}
                    yes="Delete the job"
                    keep={() => setDeleting(false)}
                    act={() => {
                        setDeleting(false);
                        actions.remove(job);
                    }}
                    off={may.off}
                />
            )}
        </>
    );
}

/** The job's name, which becomes an input where it stands. */
function Name({
    job,
    may,
    open,
    close,
    rename,
}: {
    job: JobDetail;
    may: boolean;
    open: boolean;
    close: (open: boolean) => void;
    rename: (job: JobDetail, name: string) => Promise<string | undefined>;
}) {
    const button = useRef<HTMLButtonElement>(null);
    const wasOpen = useRef(false);
    useEffect(() => {
        if (wasOpen.current && !open) button.current?.focus();
        wasOpen.current = open;
    }, [open]);
    if (!may) return <span className="t2 name">{job.name}</span>;
    return open ? (
        <InPlace
            value={job.name}
            label="Name of the job"
            check={wrongName}
            save={(name) => rename(job, name)}
            done={() => close(false)}
            className="name-in"
        />
    ) : (
        <button
            ref={button}
            className="plain name-edit t2 name"
            title="Rename (F2)"
            aria-label={`${job.name}, rename`}
            onClick={() => close(true)}
        >
            {job.name} <Icon name="pencil" size="s" />
        </button>
    );
}

/** The task whose log is most worth a look. */
type Worst = Pick<Cause, 'step' | 'index' | 'stepName' | 'label'>;

/** What heads the page; for held and failed jobs, who or what it is that stopped them. */
function useSaid(
    job: JobDetail,
    now: number,
): { heading: string; more?: string | undefined; worst?: Worst | undefined } {
    const held = isHeld(job) && isOpen(job);
    const history = useInfiniteQuery({ ...historyQuery(job.id), enabled: held }).data;
    const runs = useQuery({ ...laneRunsQuery(job.id), enabled: job.counts.failed > 0 && !job.archive }).data?.runs;
    const causes = useMemo(() => (job.counts.failed > 0 && runs ? causesOf(runs) : []), [job.counts.failed, runs]);
    const [trouble] = useTrouble(job);
    if (held) {
        const line = history?.pages.flatMap((page) => page.items).find(({ what }) => isHolding(what));
        return { heading: heldHeading(job, line, now), more: heldMore(job), worst: trouble };
    }
    if (job.state !== 'failed') {
        const heading = [job.sentence, doneAbout(job, now)].filter(Boolean).join('; ');
        return { heading, more: causesMore(causes), worst: causes[0] };
    }
    return { heading: failedHeading(job, causes), more: causesMore(causes), worst: causes[0] };
}

/** Asks once, with counts, because it cannot be undone. */
function AskOnce({
    question,
    cost,
    yes,
    keep,
    act,
    off,
}: {
    question: string;
    cost: string;
    yes: string;
    keep: () => void;
    act: () => void;
    off: string | undefined;
}) {
    return (
        <div
            className="bulk inline ask"
            role="group"
            aria-label={question}
            onKeyDown={(event) => event.key === 'Escape' && keep()}
        >
            <p className="grow">
                <b className="b">{question}</b> <span className="t2">{cost}</span>
            </p>
            <span className="row">
                <button className="btn small" onClick={keep} autoFocus>
                    Keep
                </button>
                <button className="btn small danger" onClick={act} disabled={off !== undefined} title={off}>
                    {yes}
                </button>
            </span>
        </div>
    );
}

function Facts({ job, now }: { job: JobDetail; now: number }) {
    const parameters = Object.entries(job.parameters ?? {});
    const find = (pattern: RegExp) => parameters.find(([name]) => pattern.test(name))?.[1];
    const scene = find(/^(scene|blend|file)/i) ?? find(/scene/i);
    const folder = find(/^(out|output)/i);
    const median = job.steps[0]?.runSeconds;
    const load = job.steps[0]?.loadSeconds;
    const took = between(job.startedAt, job.finishedAt, now);
    return (
        <p className="facts1">
            <Fact name="owner">{job.user}</Fact>
            {job.jobType && <Fact name="type">{job.jobType}</Fact>}
            {scene && (
                <Fact name="file">
                    <code title={scene}>{scene}</code>
                </Fact>
            )}
            {folder && (
                <Fact name="to">
                    <code title={folder}>{folder}</code>
                </Fact>
            )}
            <Fact name="submitted">{clock(job.submittedAt, now)}</Fact>
            {job.finishedAt && <Fact name="ended">{clock(job.finishedAt, now)}</Fact>}
            {job.finishedAt && took >= 0 && <Fact name="took">{span(took)}</Fact>}
            {job.noEta && <Fact name="done about">{inTheMiddle(job.noEta)}</Fact>}
            {median !== undefined && median > 0 && <Fact name="a task">{span(median)}</Fact>}
            {load !== undefined && load >= 0.05 && <Fact name="loading">{span(load)}</Fact>}
            {job.notes && <Fact name="notes">{job.notes}</Fact>}
        </p>
    );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
    return (
        <span>
            <span>{name}</span> {children}
        </span>
    );
}

function Warnings({ warnings }: { warnings: string[] }) {
    return (
        <div className="notice st-loading warnings" role="note">
            <span className="st st-loading">
                <Icon name="warn" />
            </span>
            <div className="grow">
                {warnings.slice(0, 3).map((warning) => (
                    <p key={warning}>{warning}</p>
                ))}
                {warnings.length > 3 && (
                    <details>
                        <summary>{count(warnings.length - 3, 'more warning')}</summary>
                        {warnings.slice(3).map((warning) => (
                            <p key={warning}>{warning}</p>
                        ))}
                    </details>
                )}
            </div>
        </div>
    );
}
