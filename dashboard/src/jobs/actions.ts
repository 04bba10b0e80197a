import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { call } from '../api/client';
import { jobKey, jobQuery } from '../api/queries';
import type { Job, JobDetail, JobPage, Submitted } from '../api/types';
import { useToasts } from '../parts/Toasts';
import { count } from '../parts/words';

export interface JobActions {
    holdOrRelease(job: Job): void;
    retryFailed(job: Job): void;
    cancel(job: Job): void;
    setPriority(job: Job, priority: number): void;
    renderDemo(): void;
}

/** What can be done with a job. Each action says what it did, with an undo where there is one. */
export function useJobActions(): JobActions {
    const queries = useQueryClient();
    const toasts = useToasts();
    const navigate = useNavigate();

    return useMemo(() => {
        const keep = (job: JobDetail) => {
            queries.setQueryData(jobQuery(job.id).queryKey, job);
            queries.setQueriesData<InfiniteData<JobPage>>({ queryKey: ['jobs'] }, (pages) => withJob(pages, job));
            void queries.invalidateQueries({ queryKey: jobKey(job.id) });
        };
        const post = async (job: Job, verb: string, body?: unknown) =>
            keep(await call<JobDetail>(`/jobs/${encodeURIComponent(job.id)}:${verb}`, { method: 'POST', body }));
        const edit = async (job: Job, change: { priority: number }) =>
            keep(await call<JobDetail>(`/jobs/${encodeURIComponent(job.id)}`, { method: 'PATCH', body: change }));
        const act = (work: () => Promise<void>, said: () => string, undo?: () => void) =>
            void work().then(
                () => toasts.say(said(), undo),
                (error: unknown) => toasts.complain(error instanceof Error ? error.message : String(error)),
            );

        const hold = (job: Job) =>
            act(
                () => post(job, 'hold'),
                () =>
                    job.counts.running > 0
                        ? `${job.name} held, ${count(job.counts.running, 'running task finishes', 'running tasks finish')} first`
                        : `${job.name} held`,
                () => release(job),
            );
        const release = (job: Job) =>
            act(
                () => post(job, 'release'),
                () => `${job.name} released`,
                () => hold(job),
            );
        const setPriority = (job: Job, priority: number) =>
            act(
                () => edit(job, { priority }),
                () => `Priority of ${job.name}: ${job.priority} → ${priority}`,
                () => setPriority({ ...job, priority }, job.priority),
            );
        return {
            holdOrRelease: (job) => (isHeld(job) ? release(job) : hold(job)),
            retryFailed: (job) =>
                act(
                    () => post(job, 'retry', { what: 'failed' }),
                    () => `${count(job.counts.failed, 'failed task')} of ${job.name} ${job.counts.failed === 1 ? 'waits' : 'wait'} again`,
                ),
            cancel: (job) =>
                act(
                    () => post(job, 'cancel'),
                    () => `${job.name} cancelled`,
                ),
            setPriority,
            renderDemo: () =>
                void call<Submitted>('/demo', { method: 'POST' }).then(
                    (job) => navigate({ to: '/jobs/$job', params: { job: job.id }, search: {} }),
                    (error: Error) => toasts.complain(error.message),
                ),
        };
    }, [queries, toasts, navigate]);
}

export function isHeld(job: Job): boolean {
    return job.state === 'held' || job.held === true;
}

/** Whether it has failed tasks that may be tried again; a cancelled job is over for good. */
export function canRetry(job: Job): boolean {
    return job.counts.failed > 0 && job.state !== 'cancelling' && job.state !== 'cancelled';
}

/** The pages with the job as it now is, where they show it. */
function withJob(pages: InfiniteData<JobPage> | undefined, job: JobDetail): InfiniteData<JobPage> | undefined {
    return (
        pages && {
            ...pages,
            pages: pages.pages.map((page) => ({
                ...page,
                items: page.items.map((item) => (item.id === job.id ? { ...item, ...job } : item)),
            })),
        }
    );
}
