import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { call } from '../api/client';
import { jobKey, jobQuery } from '../api/queries';
import type { Job, JobDetail, JobPage, Submitted } from '../api/types';
import { useToasts } from '../parts/Toasts';
import { count } from '../parts/words';
import { isHeld, meant, refusal, type Refused, report, reportPriority } from './edits';

/** So many jobs are changed at once, so that the server serves others in between. */
const AT_ONCE = 4;

export interface JobActions {
    holdOrRelease(job: Job): void;
    hold(jobs: readonly Job[]): void;
    release(jobs: readonly Job[]): void;
    retryFailed(jobs: readonly Job[]): void;
    cancel(jobs: readonly Job[]): void;
    archive(job: Job): void;
    unarchive(job: Job): void;
    /** Goes back to the list when it is deleted. */
    remove(job: Job): void;
    /** Answers why it was refused; undefined when it was done. */
    setPriority(jobs: readonly Job[], priority: number): Promise<string | undefined>;
    rename(job: Job, name: string): Promise<string | undefined>;
    renderDemo(): void;
}

/** What can be done with jobs. Each action says what it did, with an undo where there is one. */
export function useJobActions(): JobActions {
    const queries = useQueryClient();
    const toasts = useToasts();
    const navigate = useNavigate();

    return useMemo(() => {
        const keep = (jobs: readonly JobDetail[]) => {
            const byId = new Map(jobs.map((job) => [job.id, job]));
            for (const job of jobs) {
                queries.setQueryData(jobQuery(job.id).queryKey, job);
                void queries.invalidateQueries({ queryKey: jobKey(job.id) });
            }
            queries.setQueriesData<InfiniteData<JobPage>>({ queryKey: ['jobs'] }, (pages) => withJobs(pages, byId));
        };
        const post = (verb: string, body?: unknown) => (job: Job) =>
            call<JobDetail>(`/jobs/${encodeURIComponent(job.id)}:${verb}`, { method: 'POST', body });
        const edit = (job: Job, change: { priority: number } | { name: string }) =>
            call<JobDetail>(`/jobs/${encodeURIComponent(job.id)}`, { method: 'PATCH', body: change });

        /** Changes jobs, says what was done with those that it was done with, and why not with the others. */
        const act = async (
            jobs: readonly Job[],
            change: (job: Job) => Promise<JobDetail>,
            said: (done: Job[]) => string,
            undo?: (done: Job[]) => void,
        ): Promise<Refused[]> => {
            const done: Job[] = [];
            const changed: JobDetail[] = [];
            const refused: Refused[] = [];
            const left = [...jobs];
            const work = async () => {
                for (let job = left.shift(); job; job = left.shift()) {
                    try {
                        changed.push(await change(job));
                        done.push(job);
                    } catch (error) {
                        refused.push({ job, why: error instanceof Error ? error.message : String(error) });
                    }
                }
            };
            await Promise.all(Array.from({ length: AT_ONCE }, work));
            keep(changed);
            if (done.length === 0) return refused;
            const rest = refused.length > 0 ? `. ${refusal(refused)}` : '';
            toasts.say(said(done) + rest, undo && (() => undo(done)));
            return refused;
        };
        const complain = (refused: readonly Refused[], all: readonly Job[]) => {
            const [first] = refused;
            if (first && refused.length === all.length)
                toasts.complain(all.length === 1 ? first.why : `Nothing was changed. ${refusal(refused)}`);
        };
        const together = (
            verb: 'hold' | 'release' | 'retry' | 'cancel',
            jobs: readonly Job[],
            undo?: (done: Job[]) => void,
        ) => {
            const those = meant(verb, jobs);
            const body = verb === 'retry' ? { what: 'failed' } : undefined;
            void act(those, post(verb, body), (done) => report(verb, done), undo).then((refused) =>
                complain(refused, those),
            );
        };
        // Undoing is asked of jobs as they were before, so it names them itself.
        const again = (verb: 'hold' | 'release', jobs: Job[]) =>
            void act(
                jobs,
                post(verb),
                (done) => report(verb, done),
                (done) => again(verb === 'hold' ? 'release' : 'hold', done),
            ).then((refused) => complain(refused, jobs));
        const hold = (jobs: readonly Job[]) => together('hold', jobs, (done) => again('release', done));
        const release = (jobs: readonly Job[]) => together('release', jobs, (done) => again('hold', done));

        const putAway = (verb: 'archive' | 'unarchive', job: Job) =>
            void act([job], post(verb), () =>
                verb === 'archive' ? `${job.name} goes into the archive` : `${job.name} comes back from the archive`,
            ).then((refused) => {
                complain(refused, [job]);
                void queries.invalidateQueries({ queryKey: ['jobs'] });
            });

        const prioritise = (jobs: readonly Job[], priority: (job: Job) => number): Promise<Refused[]> => {
            const former = new Map(jobs.map((job) => [job.id, job.priority]));
            const wanted = new Map(jobs.map((job) => [job.id, priority(job)]));
            const one = new Set(wanted.values()).size === 1;
            return act(
                jobs,
                (job) => edit(job, { priority: wanted.get(job.id) ?? job.priority }),
                (done) =>
                    one
                        ? reportPriority(done, [...wanted.values()][0] ?? 0)
                        : `${count(done.length, 'job')} ${done.length === 1 ? 'has its' : 'have their'} former priority`,
                (done) =>
                    void prioritise(
                        done.map((job) => ({ ...job, priority: wanted.get(job.id) ?? job.priority })),
                        (job) => former.get(job.id) ?? job.priority,
                    ).then((refused) => complain(refused, done)),
            );
        };
        const rename = async (job: Job, name: string): Promise<string | undefined> => {
            const refused = await act(
                [job],
                () => edit(job, { name }),
                () => `${job.name} is now ${name}`,
                () =>
                    void rename({ ...job, name }, job.name).then((why) => {
                        if (why) toasts.complain(why);
                    }),
            );
            return refused[0]?.why;
        };
        return {
            holdOrRelease: (job) => (isHeld(job) ? release([job]) : hold([job])),
            hold,
            release,
            retryFailed: (jobs) => together('retry', jobs),
            cancel: (jobs) => together('cancel', jobs),
            archive: (job) => putAway('archive', job),
            unarchive: (job) => putAway('unarchive', job),
            remove: (job) =>
                void call<void>(`/jobs/${encodeURIComponent(job.id)}`, { method: 'DELETE' }).then(
                    () => {
                        toasts.say(`${job.name} deleted`);
                        void queries.invalidateQueries({ queryKey: ['jobs'] });
                        void navigate({ to: '/jobs', search: {} });
                    },
                    (error: Error) => toasts.complain(error.message),
                ),
            setPriority: async (jobs, priority) => {
                const those = meant('priority', jobs);
                const refused = await prioritise(those, () => priority);
                return refused.length > 0 && refused.length === those.length ? refused[0]?.why : undefined;
            },
            rename,
            renderDemo: () =>
                void call<Submitted>('/demo', { method: 'POST' }).then(
                    (job) => navigate({ to: '/jobs/$job', params: { job: job.id }, search: {} }),
                    (error: Error) => toasts.complain(error.message),
                ),
        };
    }, [queries, toasts, navigate]);
}

/** The pages with jobs as they now are, where they show them. */
function withJobs(
    pages: InfiniteData<JobPage> | undefined,
    jobs: ReadonlyMap<string, JobDetail>,
): InfiniteData<JobPage> | undefined {
    const renewed = (page: JobPage): JobPage =>
        page.items.some((item) => jobs.has(item.id))
            ? { ...page, items: page.items.map((item) => ({ ...item, ...jobs.get(item.id) })) }
            : page;
    return pages && { ...pages, pages: pages.pages.map(renewed) };
}
