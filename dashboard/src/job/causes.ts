/** Why a job stands still, in words: who held it, or what its failed tasks have in common. */
import type { HistoryPage, JobDetail, Run } from '../api/types';
import { total } from '../parts/looks';
import { clock, count, join, number } from '../parts/words';

/** A way in which tasks failed. */
export interface Cause {
    says: string;
    /** How many tasks failed so. */
    tasks: number;
    nodes: ReadonlySet<string>;
    /** The first of them, to be looked at. */
    step: string;
    index: number;
    stepName: string;
    label: string;
}

/** The causes of a job's failed tasks, the commonest first. @param runs the newest first */
export function causesOf(runs: readonly Run[]): Cause[] {
    const latest = new Map<string, Run[]>();
    for (const run of runs) {
        const task = `${run.step} ${run.index}`;
        const former = latest.get(task);
        if (former) former.push(run);
        else latest.set(task, [run]);
    }
    const causes = new Map<string, { run: Run; tasks: number; nodes: Set<string> }>();
    for (const attempts of latest.values()) {
        const [run] = attempts;
        if (run?.state !== 'failed') continue;
        const says = (run.sentence || run.reason || 'no reason was told').replace(/\.$/, '');
        const cause = causes.get(says) ?? { run, tasks: 0, nodes: new Set<string>() };
        causes.set(says, cause);
        cause.tasks++;
        if (run.index < cause.run.index) cause.run = run;
        for (const attempt of attempts)
            if (attempt.state === 'failed') cause.nodes.add(attempt.nodeName ?? attempt.node);
    }
    return [...causes]
        .map(([says, { run, tasks, nodes }]) => ({
            says,
            tasks,
            nodes,
            step: run.step,
            index: run.index,
            stepName: run.stepName,
            label: run.label,
        }))
        .sort((one, other) => other.tasks - one.tasks || one.index - other.index);
}

/** The heading of a failed job. */
export function failedHeading(job: JobDetail, causes: readonly Cause[]): string {
    const [cause] = causes;
    const all = total(job.counts);
    if (!cause) return job.sentence;
    if (all === 1) return `The only task failed: ${cause.says}`;
    const done = `${number(job.counts.done)} of ${count(all, 'task')} done; stopped because ${number(job.counts.failed)} failed`;
    if (causes.length > 1) return `${done} in ${number(causes.length)} ways`;
    return job.counts.failed > 1 ? `${done} the same way: ${cause.says}` : `${done}: ${cause.says}`;
}

/** What failures have in common, as far as that tells where to look. */
export function causesMore(causes: readonly Cause[]): string | undefined {
    const [first] = causes;
    if (!first) return undefined;
    if (causes.length > 1) {
        const named = causes.slice(0, 3).map((cause) => `${number(cause.tasks)} × ${cause.says}`);
        return `${join([...named, causes.length > 3 && `and ${count(causes.length - 3, 'other way', 'other ways')}`], '; ')}.`;
    }
    const [node] = first.nodes;
    const which = first.tasks === 1 ? 'It' : 'All';
    if (first.nodes.size > 1)
        return `${which} failed on ${number(first.nodes.size)} nodes, so it is likely the work, not a node.`;
    return first.tasks > 1 && node ? `All failed on ${node}, so that node may be the cause.` : undefined;
}

/**
 * The failures for which the farm holds a job: of each task the latest, since one of its step was
 * done, the latest first. @param held when it was held (ms); what ended later was let finish
 */
export function troubleOf(runs: readonly Run[], held = Infinity): Run[] {
    const ended = runs
        .filter((run) => run.endedAt !== undefined && Date.parse(run.endedAt) <= held)
        .toSorted((one, other) => Date.parse(other.endedAt ?? '') - Date.parse(one.endedAt ?? ''));
    const steps = new Set<string>();
    const tasks = new Map<string, Run>();
    for (const run of ended) {
        const task = `${run.step} ${run.index}`;
        if (run.state === 'done') steps.add(run.step);
        else if (run.state === 'failed' && !steps.has(run.step) && !tasks.has(task)) tasks.set(task, run);
    }
    return [...tasks.values()];
}

type HistoryLine = HistoryPage['items'][number];

/** Whether a line of the history says that the job was held. */
export function isHolding(what: string): boolean {
    return /^(submitted, )?held\b/.test(what);
}

/** The heading of a held job: who held it and when, as far as its history tells. */
export function heldHeading(job: JobDetail, line: HistoryLine | undefined, now: number): string {
    const since = line && ` since ${clock(line.at, now)}`;
    if (job.heldWhy !== undefined) return `Held by the farm${since ?? ''}: ${job.heldWhy}`;
    if (!line) return job.sentence;
    const all = total(job.counts);
    const by = line.what.startsWith('submitted') ? `Submitted held by ${line.who} at` : `Held by ${line.who} since`;
    const done = all > 1 ? `. ${number(job.counts.done)} of ${count(all, 'task')} done` : '';
    const failed = job.counts.failed > 0 && all > 1 ? `, ${number(job.counts.failed)} failed` : '';
    return `${by} ${clock(line.at, now)}${done}${failed}`;
}

/** What releasing it would set free. */
export function heldMore(job: JobDetail): string | undefined {
    const { running, waiting, done, failed } = job.counts;
    if (job.heldWhy !== undefined) {
        return join(
            [
                `${number(done)} of ${count(total(job.counts), 'task')} done.`,
                running > 0 && `${count(running, 'task that runs is let finish', 'tasks that run are let finish')}.`,
                `Mend the cause, then release it${waiting > 0 ? `: ${waiting === 1 ? 'its waiting task takes its turn' : `its ${number(waiting)} waiting tasks take their turn`} again` : ''}.`,
                failed > 0 && `What failed for good, ${count(failed, 'task')}, is to be retried as well.`,
            ],
            ' ',
        );
    }
    const said = join(
        [
            running > 0 && `${count(running, 'task that runs is let finish', 'tasks that run are let finish')}.`,
            waiting > 0 &&
                `Released, ${waiting === 1 ? 'its waiting task takes its turn' : `its ${number(waiting)} waiting tasks take their turn`} again.`,
        ],
        ' ',
    );
    return said || undefined;
}
