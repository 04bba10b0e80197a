/** What is said of usage, and the files that are made of it. */
import type { Usage } from '../api/types';
import { count, join, number, span } from '../parts/words';

export type UsageRow = Usage['rows'][number];
export type By = Usage['by'];

/** The days that a choice stands for: the last so many, today among them. */
export const LENGTHS = [7, 30, 90] as const;
export type Length = (typeof LENGTHS)[number];

/** The first of `days` days that end with the day of `now`, and that day, as the local calendar has them. */
export function lastDays(days: number, now: number): { from: string; to: string } {
    const first = new Date(now);
    first.setDate(first.getDate() - days + 1);
    return { from: day(first), to: day(new Date(now)) };
}

function day(at: Date): string {
    const two = (value: number) => String(value).padStart(2, '0');
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function sums(rows: readonly UsageRow[]): Omit<UsageRow, 'key'> {
    const all = { nodeHours: 0, loadHours: 0, done: 0, failed: 0, lost: 0 };
    for (const row of rows) {
        all.nodeHours += row.nodeHours;
        all.loadHours += row.loadHours;
        all.done += row.done;
        all.failed += row.failed;
        all.lost += row.lost;
    }
    return all;
}

/** Hours in as many digits as matter: 0.004, 0.04, 3.5, 412. */
export function hours(value: number): string {
    if (value === 0) return '0';
    if (value < 0.095) return value < 0.0005 ? '< 0.001' : value.toFixed(value < 0.0095 ? 3 : 2);
    return value < 9.95 ? value.toFixed(1) : number(value);
}

/** A mark of the axis, in as many digits as its neighbours, `step` away, need to differ from it. */
export function mark(value: number, step: number): string {
    const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    return value === 0 ? '0' : digits === 0 ? number(value) : value.toFixed(digits);
}

/** The answer of the page. */
export function heading(rows: readonly UsageRow[], days: number): string {
    const { nodeHours, done, failed, lost } = sums(rows);
    const when = days === 1 ? 'today' : `in ${days} days`;
    if (nodeHours === 0 && done === 0) return `Nothing ran ${when}`;
    return join([
        nodeHours < 1 ? `${span(nodeHours * 3600)} of node time ${when}` : `${hours(nodeHours)} node hours ${when}`,
        `${count(done, 'task')} done`,
        failed + lost > 0 && count(failed + lost, 'run failed', 'runs failed'),
    ]);
}

export function subheading(rows: readonly UsageRow[]): string {
    const { nodeHours, loadHours } = sums(rows);
    if (nodeHours === 0) return 'Node hours are the time that runs hold a slot.';
    const share = Math.min(100, Math.round((100 * loadHours) / nodeHours));
    const busiest = rows.reduce<UsageRow | undefined>(
        (best, row) => (row.nodeHours > (best?.nodeHours ?? 0) ? row : best),
        undefined,
    );
    return join(
        [
            share === 0 ? 'Hardly any of it went into loading scenes.' : `${share} % of it went into loading scenes.`,
            busiest && rows.length > 1 && `The busiest day was ${dayWords(busiest.key)}.`,
        ],
        ' ',
    );
}

/** "Sat 28 Nov" of "2026-11-28". */
export function dayWords(key: string): string {
    const [year = 0, month = 1, date = 1] = key.split('-').map(Number);
    return new Date(year, month - 1, date).toLocaleDateString('en-GB', {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
    });
}

/** The rows as a table that spreadsheets read. A text that would be taken for a formula is kept from that. */
export function csv(by: By, rows: readonly UsageRow[]): string {
    const lines = [[by, 'node_hours', 'load_hours', 'done', 'failed', 'lost'].join(',')];
    for (const row of rows) {
        lines.push([cell(row.key), row.nodeHours, row.loadHours, row.done, row.failed, row.lost].join(','));
    }
    return lines.join('\r\n') + '\r\n';
}

function cell(text: string): string {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
