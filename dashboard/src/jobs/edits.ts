/** What may be done with jobs, and what is said of it before and after. */
import type { Job } from '../api/types';
import { isOver } from '../parts/looks';
import { count, join, number } from '../parts/words';

/** What is wrong with a typed priority, in words; undefined when nothing is. */
export function wrongPriority(text: string): string | undefined {
    return /^\d{1,3}$/.test(text) && Number(text) <= 100 ? undefined : 'A priority is a whole number from 0 to 100.';
}

/** What is wrong with a job's new name, in words; undefined when nothing is. */
export function wrongName(text: string): string | undefined {
    if (text === '') return 'A job needs a name.';
    return [...text].length > 128 ? 'A name has at most 128 characters.' : undefined;
}

export function isHeld(job: Job): boolean {
    return job.state === 'held' || job.held === true;
}

/** Whether it has failed tasks that may be tried again; a cancelled job is over for good. */
export function canRetry(job: Job): boolean {
    return job.counts.failed > 0 && job.state !== 'cancelling' && job.state !== 'cancelled';
}

/** Whether it is not over. */
export function isOpen(job: Job): boolean {
    return !isOver(job.state) && job.state !== 'cancelling';
}

/** Whether there is something to hold or to stop; a failed job has nothing left, it may be retried. */
export function isAtWork(job: Job): boolean {
    return isOpen(job) && job.state !== 'failed';
}

/** Whether nothing more happens to it unless somebody retries it: it may be archived and deleted. */
export function hasEnded(job: Job): boolean {
    return isOver(job.state) || job.state === 'failed';
}

/** What deleting means, for the question that is asked once. */
export function costOfDeleting(job: Job): string {
    const { waiting, running, failed, done } = job.counts;
    return join(
        [
            `What is known of its ${count(waiting + running + failed + done, 'task')} goes for good, with logs and small pictures.`,
            done > 0 && `${count(done, 'finished task keeps its files', 'finished tasks keep their files')}.`,
        ],
        ' ',
    );
}

export type Verb = 'hold' | 'release' | 'retry' | 'priority' | 'cancel';

export const VERBS: readonly Verb[] = ['hold', 'release', 'retry', 'priority', 'cancel'];

/** Those of the jobs that an action is for. */
export function meant(verb: Verb, jobs: readonly Job[]): Job[] {
    switch (verb) {
        case 'hold':
            return jobs.filter((job) => isAtWork(job) && !isHeld(job));
        case 'release':
            return jobs.filter((job) => isOpen(job) && isHeld(job));
        case 'retry':
            return jobs.filter(canRetry);
        case 'priority':
            return jobs.filter(isOpen);
        case 'cancel':
            return jobs.filter(isAtWork);
    }
}

function sums(jobs: readonly Job[]): Job['counts'] {
    const all = { waiting: 0, running: 0, done: 0, failed: 0 };
    for (const { counts } of jobs) {
        all.waiting += counts.waiting;
        all.running += counts.running;
        all.done += counts.done;
        all.failed += counts.failed;
    }
    return all;
}

/** What an action on several jobs will do, with counts; it says so too when it is not for all of them. */
export function promise(verb: Verb, picked: readonly Job[]): string {
    const jobs = meant(verb, picked);
    const { waiting, running, failed } = sums(jobs);
    const rest = picked.length - jobs.length;
    const others = rest > 0 && `; the other ${rest === 1 ? 'one stays as it is' : `${number(rest)} stay as they are`}`;
    const said = (): string => {
        switch (verb) {
            case 'hold':
                return join([
                    `Hold ${count(jobs.length, 'job')}`,
                    waiting > 0 && count(waiting, 'waiting task'),
                    running > 0 && `${count(running, 'running one finishes', 'running ones finish')} first`,
                ]);
            case 'release':
                return join([`Release ${count(jobs.length, 'job')}`, waiting > 0 && count(waiting, 'waiting task')]);
            case 'retry':
                return `Retry ${count(failed, 'failed task')} of ${count(jobs.length, 'job')}`;
            case 'priority':
                return `Set the priority of ${count(jobs.length, 'job')}`;
            case 'cancel':
                return join([
                    `Cancel ${count(jobs.length, 'job')}`,
                    running > 0 && `${count(running, 'running task stops', 'running tasks stop')}`,
                    waiting + failed > 0 && `${number(waiting + failed)} never start`,
                ]);
        }
    };
    return join([said(), others], '');
}

/** What cancelling means, for the question that is asked once. */
export function costOfCancelling(jobs: readonly Job[]): string {
    const { waiting, running, failed, done } = sums(jobs);
    return join(
        [
            running > 0 && `${count(running, 'running task stops', 'running tasks stop')} within 10 s.`,
            waiting + failed > 0 && `${count(waiting + failed, 'task never starts', 'tasks never start')}.`,
            done > 0 && `${count(done, 'finished task keeps its files', 'finished tasks keep their files')}.`,
        ],
        ' ',
    );
}

/** What was done with jobs: by its name where it was one, by their number where there were more. */
export function report(verb: Exclude<Verb, 'priority'>, jobs: readonly Job[]): string {
    const [one] = jobs;
    const who = jobs.length === 1 && one ? one.name : count(jobs.length, 'job');
    const { running, failed } = sums(jobs);
    switch (verb) {
        case 'hold':
            return running > 0
                ? `${who} held, ${count(running, 'running task finishes', 'running tasks finish')} first`
                : `${who} held`;
        case 'release':
            return `${who} released`;
        case 'retry':
            return `${count(failed, 'failed task')} of ${who} ${failed === 1 ? 'waits' : 'wait'} again`;
        case 'cancel':
            return `${who} cancelled`;
    }
}

/** What became of another priority. */
export function reportPriority(jobs: readonly Job[], priority: number): string {
    const [one] = jobs;
    return jobs.length === 1 && one
        ? `Priority of ${one.name}: ${one.priority} → ${priority}`
        : `Priority of ${count(jobs.length, 'job')}: ${priority}`;
}

export interface Refused {
    job: Job;
    why: string;
}

/** Why some of several jobs were left as they are. */
export function refusal(refused: readonly Refused[]): string {
    const [first] = refused;
    if (!first) return '';
    const more = refused.length - 1;
    return `${first.job.name}: ${first.why}${more > 0 ? ` (and ${count(more, 'other')})` : ''}`;
}
