import type { Farm, Job } from '../api/types';
import { isOver } from '../parts/looks';
import { clock, count, join, number } from '../parts/words';

/** The answer of the page: how many run, wait and need a person. */
export function heading(states: Record<string, number>): string {
    const of = (state: string) => states[state] ?? 0;
    const all = Object.values(states).reduce((sum, n) => sum + n, 0);
    if (all === 0) return 'No jobs yet';
    const parts = [
        of('running') > 0 && (of('running') === 1 ? '1 job runs' : `${number(of('running'))} jobs run`),
        of('waiting') > 0 && verb(of('waiting'), 'waits', 'wait', of('running') === 0),
        of('cancelling') > 0 && verb(of('cancelling'), 'is being cancelled', 'are being cancelled', false),
        of('held') > 0 && verb(of('held'), 'is held', 'are held', of('running') + of('waiting') === 0),
        of('failed') > 0 &&
            verb(of('failed'), 'needs you', 'need you', of('running') + of('waiting') + of('held') === 0),
    ].filter(Boolean);
    if (parts.length === 0) return of('done') > 0 ? `All quiet. ${count(of('done'), 'job')} done` : 'All quiet';
    return join(parts);
}

function verb(n: number, one: string, many: string, first: boolean): string {
    return `${first ? count(n, 'job') : number(n)} ${n === 1 ? one : many}`;
}

/** What the farm does with it, and when the known part of the queue should be empty. */
export function subheading(farm: Farm, jobs: readonly Job[], now: number): string {
    const nodes = farm.nodes.online ?? 0;
    const quarantined = farm.quarantined ?? 0;
    const { running = 0, free = 0 } = farm.slots ?? {};
    const open = jobs.filter((job) => job.state === 'running' || job.state === 'waiting');
    const etas = open.map((job) => (job.eta === undefined ? NaN : Date.parse(job.eta.p50)));
    const last = Math.max(...etas);
    return join(
        [
            nodes === 0
                ? 'No node is here to work.'
                : `${count(nodes, 'node')}${quarantined > 0 ? `, ${quarantined} of them quarantined` : ''}, ${running === 0 ? 'all idle' : `${running} of ${count(running + free, 'slot')} busy`}.`,
            open.length > 0 && Number.isFinite(last) && `At this pace the queue is empty about ${clock(last, now)}.`,
        ],
        ' ',
    );
}

/** When a job should be done, for the end of a sentence; empty when it is over or nobody knows. */
export function doneAbout(job: Job, now: number): string {
    if (!job.eta || isOver(job.state)) return '';
    const half = clock(job.eta.p50, now);
    const late = clock(job.eta.p90, now);
    return half === late ? `done about ${half}` : `done about ${half}, in nine of ten cases by ${late}`;
}

/** The last column: the server's reason, or how it ended. */
export function reason(job: Job, now: number): string {
    if (job.reason) return job.reason;
    if (job.state === 'done' && job.finishedAt) return `done ${clock(job.finishedAt, now)}`;
    if (job.state === 'cancelled' && job.finishedAt) return `cancelled ${clock(job.finishedAt, now)}`;
    return '';
}
