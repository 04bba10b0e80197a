/** What the pages read, each under the key by which a live change finds it again. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type LaneRuns, readRuns } from '../job/laneRuns';
import { call } from './client';
import type {
    Explanation,
    Farm,
    HistoryPage,
    JobDetail,
    JobPage,
    LimitList,
    NodeList,
    OutputPage,
    Run,
    RunPage,
    Strip,
    TaskPage,
    TaskState,
    Usage,
} from './types';

const id = encodeURIComponent;

function search(values: Record<string, string | number | undefined>): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) {
        if (value !== undefined && value !== '') query.set(name, String(value));
    }
    const text = query.toString();
    return text && `?${text}`;
}

export const farmQuery = queryOptions({
    queryKey: ['farm'],
    queryFn: ({ signal }) => call<Farm>('/farm', { signal }),
});

export interface JobFilter {
    /** One of the states, or `archived`. */
    state?: string | undefined;
    q?: string | undefined;
}

/** A page of the list; the first is small to be quick, the others are large to be few. */
export const jobsPage = (filter: JobFilter, cursor: string, signal?: AbortSignal) =>
    call<JobPage>(
        `/jobs${search({ ...asked(filter), limit: cursor === '' ? 200 : 1000, cursor })}`,
        signal ? { signal } : {},
    );

function asked({ state, q }: JobFilter) {
    return state === 'archived' ? { archived: 'true', q } : { state, q };
}

export const jobsQuery = (filter: JobFilter) =>
    infiniteQueryOptions({
        queryKey: ['jobs', filter.state ?? '', filter.q ?? ''],
        queryFn: ({ pageParam, signal }) => jobsPage(filter, pageParam, signal),
        initialPageParam: '',
        getNextPageParam: (last) => last.next || undefined,
        placeholderData: keepPreviousData,
    });

/** Everything of one job lies under `['job', id]`. */
export const jobKey = (job: string) => ['job', job] as const;

export const jobQuery = (job: string) =>
    queryOptions({
        queryKey: [...jobKey(job), 'detail'],
        queryFn: ({ signal }) => call<JobDetail>(`/jobs/${id(job)}`, { signal }),
    });

export const stripQuery = (job: string) =>
    queryOptions({
        queryKey: [...jobKey(job), 'strip'],
        queryFn: ({ signal }) => call<Strip>(`/jobs/${id(job)}/strip`, { signal }),
    });

export const outputsQuery = (job: string, step: string) =>
    infiniteQueryOptions({
        queryKey: [...jobKey(job), 'outputs', step],
        queryFn: ({ pageParam, signal }) =>
            call<OutputPage>(`/jobs/${id(job)}/outputs${search({ step, limit: 1000, cursor: pageParam })}`, { signal }),
        initialPageParam: '',
        getNextPageParam: (last) => last.next || undefined,
    });

export const runsQuery = (job: string) =>
    infiniteQueryOptions({
        queryKey: [...jobKey(job), 'runs'],
        queryFn: ({ pageParam, signal }) =>
            call<RunPage>(`/jobs/${id(job)}/runs${search({ limit: 100, cursor: pageParam })}`, { signal }),
        initialPageParam: '',
        getNextPageParam: (last) => last.next || undefined,
    });

/** The runs of a job for its lanes, read on from what is known of them. */
export const laneRunsQuery = (job: string) =>
    queryOptions({
        queryKey: [...jobKey(job), 'lanes'],
        queryFn: ({ client, queryKey, signal }): Promise<LaneRuns> => {
            const known = client.getQueryData<LaneRuns>(queryKey);
            return readRuns(
                known,
                (cursor) => {
                    const limit = known && cursor === '' ? 100 : 1000;
                    return call<RunPage>(`/jobs/${id(job)}/runs${search({ limit, cursor })}`, { signal });
                },
                (part) => client.setQueryData(queryKey, part),
            );
        },
        structuralSharing: false,
    });

/** The attempts at one task, the newest first. */
export const attemptsQuery = (job: string, step: string, index: number) =>
    queryOptions({
        queryKey: [...jobKey(job), 'attempts', step, index],
        queryFn: ({ signal }) =>
            call<RunPage>(`/jobs/${id(job)}/runs${search({ step, index, limit: 20 })}`, { signal }),
    });

export const tasksQuery = (job: string, step: string, state: TaskState | undefined) =>
    infiniteQueryOptions({
        queryKey: [...jobKey(job), 'tasks', step, state ?? ''],
        queryFn: ({ pageParam, signal }) =>
            call<TaskPage>(`/jobs/${id(job)}/tasks${search({ step, state, limit: 200, cursor: pageParam })}`, {
                signal,
            }),
        initialPageParam: '',
        getNextPageParam: (last) => last.next || undefined,
        placeholderData: keepPreviousData,
    });

export const explainQuery = (job: string) =>
    queryOptions({
        queryKey: [...jobKey(job), 'explain'],
        queryFn: ({ signal }) => call<Explanation>(`/jobs/${id(job)}/explain`, { signal }),
    });

/** Why one task waits, where it runs or how it ended. */
export const taskExplainQuery = (job: string, step: string, index: number) =>
    queryOptions({
        queryKey: [...jobKey(job), 'explain', step, index],
        queryFn: ({ signal }) =>
            call<Explanation>(`/jobs/${id(job)}/steps/${id(step)}/tasks/${index}/explain`, { signal }),
    });

export const historyQuery = (job: string) =>
    infiniteQueryOptions({
        queryKey: [...jobKey(job), 'history'],
        queryFn: ({ pageParam, signal }) =>
            call<HistoryPage>(`/jobs/${id(job)}/history${search({ limit: 100, cursor: pageParam })}`, { signal }),
        initialPageParam: '',
        getNextPageParam: (last) => last.next || undefined,
    });

export const runQuery = (job: string, run: string) =>
    queryOptions({
        queryKey: [...jobKey(job), 'run', run],
        queryFn: ({ signal }) => call<Run>(`/runs/${id(run)}`, { signal }),
    });

export const nodesQuery = queryOptions({
    queryKey: ['nodes'],
    queryFn: ({ signal }) => call<NodeList>('/nodes', { signal }),
});

export const nodeExplainQuery = (node: string) =>
    queryOptions({
        queryKey: ['nodes', node, 'explain'],
        queryFn: ({ signal }) => call<Explanation>(`/nodes/${id(node)}/explain`, { signal }),
    });

/** Who waits is worked out beside the changes that are told, so both are read again while they are seen. */
const LIMITS_AGAIN = 4000;

export const limitsQuery = queryOptions({
    queryKey: ['limits'],
    queryFn: ({ signal }) => call<LimitList>('/limits', { signal }),
    refetchInterval: LIMITS_AGAIN,
});

export const limitExplainQuery = (limit: string) =>
    queryOptions({
        queryKey: ['limits', limit, 'explain'],
        queryFn: ({ signal }) => call<Explanation>(`/limits/${id(limit)}/explain`, { signal }),
        refetchInterval: LIMITS_AGAIN,
    });

/** Sums over days of this browser's calendar. They are read anew when somebody comes back to them. */
export const usageQuery = (from: string, to: string, by: Usage['by']) =>
    queryOptions({
        queryKey: ['usage', from, to, by],
        queryFn: ({ signal }) => {
            const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
            return call<Usage>(`/usage${search({ from, to, by, zone })}`, { signal });
        },
        staleTime: 30_000,
        refetchInterval: 60_000,
        placeholderData: keepPreviousData,
    });
