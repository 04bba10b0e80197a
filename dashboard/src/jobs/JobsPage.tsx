import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useMay } from '../access/access';
import { farmQuery, jobsQuery } from '../api/queries';
import type { Job, JobPage } from '../api/types';
import { Command } from '../parts/Copy';
import { Icon } from '../parts/Icon';
import { Empty, Failed, Loading } from '../parts/Situations';
import { useNow } from '../parts/time';
import { count, number } from '../parts/words';
import { useJobActions } from './actions';
import { JobTable } from './JobTable';
import { steady } from './order';
import { NOTHING, type Selection } from './selection';
import { heading, subheading } from './sentence';

const route = getRouteApi('/jobs');

const VIEWS: [string, string][] = [
    ['', 'All'],
    ['running', 'Running'],
    ['waiting', 'Waiting'],
    ['held', 'Held'],
    ['failed', 'Failed'],
    ['done', 'Done'],
    ['cancelled', 'Cancelled'],
    ['archived', 'Archived'],
];

export function JobsPage() {
    const { state = '', q = '' } = route.useSearch();
    const farm = useQuery(farmQuery).data;
    const jobs = useInfiniteQuery(jobsQuery({ state, q: useDeferredValue(q) }));
    const fresh = useMemo(() => jobs.data?.pages.flatMap((page) => page.items) ?? [], [jobs.data]);
    const states = jobs.data?.pages[0]?.states;
    const now = useNow();

    useEffect(() => {
        document.title = 'Jobs · Lumenyard';
    }, []);

    const noneAtAll = jobs.isSuccess && fresh.length === 0 && state === '' && q === '';
    return (
        <main id="main">
            <div className="head">
                <div className="grow">
                    <h1>{farm ? heading(farm.jobs) : 'Jobs'}</h1>
                    {farm && <p className="sub">{subheading(farm, fresh, now)}</p>}
                </div>
            </div>
            {noneAtAll ? (
                <section className="panel">
                    <NoJobs />
                </section>
            ) : (
                <section className="panel list" aria-label="Jobs">
                    <Views state={state} states={states} />
                    <Filter q={q} />
                    {jobs.isError && fresh.length === 0 ? (
                        <Failed error={jobs.error} again={() => void jobs.refetch()} />
                    ) : jobs.isPending ? (
                        <Loading rows={8} />
                    ) : fresh.length === 0 ? (
                        <NoMatch state={state} q={q} states={states} />
                    ) : (
                        <SteadyTable
                            key={`${state}\n${q}`}
                            fresh={fresh}
                            now={now}
                            more={
                                jobs.hasNextPage && !jobs.isFetchingNextPage
                                    ? () => void jobs.fetchNextPage()
                                    : undefined
                            }
                            known={states ? sum(states, state) : undefined}
                        />
                    )}
                </section>
            )}
        </main>
    );
}

function sum(states: JobPage['states'], state: string): number {
    return state ? (states[state] ?? 0) : Object.values(states).reduce((all, n) => all + n, 0);
}

/** The list, which keeps its order while a hand is on it. */
function SteadyTable({
    fresh,
    now,
    more,
    known,
}: {
    fresh: Job[];
    now: number;
    more: (() => void) | undefined;
    known: number | undefined;
}) {
    const [busy, setBusy] = useState(false);
    const shown = useRef<Job[]>([]);
    const [renewed, renew] = useState(0);
    const [selection, select] = useState<Selection>(NOTHING);
    // A selection holds the rows still like a hand does: what it says must not change under it.
    const still = busy || selection.picked.size > 0;
    // Compared only when something changed: a list may have a hundred thousand rows.
    const { rows, moved } = useMemo(() => steady(shown.current, fresh, still), [fresh, still, renewed]);
    useEffect(() => {
        shown.current = rows;
    });
    const sortAgain = () => {
        shown.current = [];
        renew((times) => times + 1);
    };
    return (
        <>
            <div
                onPointerEnter={() => setBusy(true)}
                onPointerLeave={() => setBusy(false)}
                onFocus={() => setBusy(true)}
                onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setBusy(false)}
            >
                {moved > 0 && (
                    <p className="moved">
                        <button className="btn small" onClick={sortAgain}>
                            {count(moved, 'row')} moved, sort again
                        </button>
                    </p>
                )}
                <JobTable jobs={rows} now={now} more={more} selection={selection} select={select} />
            </div>
            <div className="foot">
                <span>
                    {number(rows.length)} of {count(Math.max(known ?? 0, rows.length), 'job')}
                </span>
                <span className="grow" />
                <span>
                    <kbd>j</kbd> <kbd>k</kbd> move
                </span>
                <span>
                    <kbd>x</kbd> select
                </span>
                <span>
                    <kbd>h</kbd> hold
                </span>
                <span>
                    <kbd>p</kbd> priority
                </span>
                <span>
                    <kbd>w</kbd> why
                </span>
            </div>
        </>
    );
}

function Views({ state, states }: { state: string; states?: JobPage['states'] | undefined }) {
    const navigate = useNavigate();
    const views = VIEWS.filter(
        ([name]) => name === '' || name === state || name === 'archived' || (states?.[name] ?? 0) > 0,
    );
    return (
        <div className="tabs" role="group" aria-label="Which jobs">
            {views.map(([name, word]) => (
                <button
                    key={name}
                    aria-pressed={name === state}
                    onClick={() =>
                        void navigate({
                            to: '/jobs',
                            search: (old) => ({ ...old, state: name || undefined }),
                            replace: true,
                        })
                    }
                >
                    {word}{' '}
                    {states && name !== 'archived' && <span className="n">{number(sum(states, name))}</span>}
                </button>
            ))}
        </div>
    );
}

function Filter({ q }: { q: string }) {
    const navigate = useNavigate();
    const input = useRef<HTMLInputElement>(null);
    const set = (text: string) =>
        void navigate({ to: '/jobs', search: (old) => ({ ...old, q: text || undefined }), replace: true });
    return (
        <div className="bar-row">
            <div className="filter" role="search">
                <span className="t3">
                    <Icon name="search" />
                </span>
                <input
                    ref={input}
                    data-filter
                    aria-label="Filter jobs by name"
                    placeholder="Part of a name"
                    spellCheck={false}
                    maxLength={200}
                    value={q}
                    onChange={(event) => set(event.target.value)}
                    onKeyDown={(event) => {
                        if (event.key === 'Escape') {
                            set('');
                            input.current?.blur();
                        } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
                            event.preventDefault();
                            document.querySelector<HTMLElement>('.jobs tr[tabindex="0"]')?.focus();
                        }
                    }}
                />
                {q === '' ? (
                    <kbd className="desk">/</kbd>
                ) : (
                    <button className="btn quiet icon small" aria-label="Clear the filter" onClick={() => set('')}>
                        <Icon name="x" size="s" />
                    </button>
                )}
            </div>
        </div>
    );
}

function NoJobs() {
    const actions = useJobActions();
    const may = useMay();
    return (
        <Empty title="Nothing to render yet">
            <p>Send a Blender scene from a terminal. Its frames appear here as they are done.</p>
            <Command text="./lumenyard submit scene.blend" />
            {may.act && (
                <div className="row">
                    <button
                        className="btn primary"
                        disabled={may.off !== undefined}
                        title={may.off}
                        onClick={actions.renderDemo}
                    >
                        Render the demo scene
                    </button>
                </div>
            )}
        </Empty>
    );
}

function NoMatch({ state, q, states }: { state: string; q: string; states: JobPage['states'] | undefined }) {
    const navigate = useNavigate();
    const all = states ? sum(states, '') : 0;
    return (
        <Empty title="No job matches">
            <p>
                {q && (
                    <>
                        <code>{q}</code>{' '}
                    </>
                )}
                {state && <>among those {state} </>}
                finds none{all > 0 && ` of ${count(all, 'job')}`}.
            </p>
            <div className="row">
                {q && state && (
                    <button
                        className="btn"
                        onClick={() => void navigate({ to: '/jobs', search: { q }, replace: true })}
                    >
                        Look in all states
                    </button>
                )}
                <button className="btn quiet" onClick={() => void navigate({ to: '/jobs', search: {}, replace: true })}>
                    Clear filter
                </button>
            </div>
        </Empty>
    );
}
