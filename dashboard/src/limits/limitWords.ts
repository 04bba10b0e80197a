/** What is said of limits: the page's answer, and what a change will do before it is made. */
import type { Limit } from '../api/types';
import { count, join, number } from '../parts/words';

const MOST_SEATS = 1_000_000;

/** The answer of the page. */
export function heading(limits: readonly Limit[]): string {
    if (limits.length === 0) return 'No limits yet';
    const short = limits.filter((limit) => limit.waiting > 0 && limit.free === 0);
    const [first] = short;
    if (!first) return `${count(limits.length, 'limit')}, ${limits.length === 1 ? 'not' : 'none is'} used up`;
    const waiting = short.reduce((sum, limit) => sum + limit.waiting, 0);
    return short.length === 1
        ? `${first.name} is used up, ${count(waiting, 'task waits', 'tasks wait')} for a seat`
        : `${short.length} of ${count(limits.length, 'limit')} are used up, ${count(waiting, 'task waits', 'tasks wait')} for seats`;
}

export function subheading(limits: readonly Limit[]): string {
    const seats = limits.reduce((sum, limit) => sum + limit.count, 0);
    const taken = limits.reduce((sum, limit) => sum + limit.taken, 0);
    const jobs = new Set(limits.flatMap((limit) => limit.holders.map((holder) => holder.job))).size;
    return taken === 0
        ? `${count(seats, 'seat')} in all, none is held.`
        : `${number(taken)} of ${count(seats, 'seat')} ${taken === 1 ? 'is' : 'are'} held, by ${count(jobs, 'job')}.`;
}

/** How a limit stands, in one sentence. */
export function standing(limit: Limit): string {
    const { count: seats, taken, free, waiting } = limit;
    const wait = waiting > 0 && count(waiting, 'task waits', 'tasks wait');
    if (taken > seats)
        return join([`${number(taken)} held and only ${count(seats, 'seat')}: nothing more is placed until it fits`, wait]);
    if (seats === 0) return join(['No seats: nothing is placed', wait]);
    const held =
        free === 0
            ? seats === 1
                ? 'The only seat is held'
                : `All ${number(seats)} seats are held`
            : `${number(taken)} of ${count(seats, 'seat')} held, ${number(free)} free`;
    return join([held, wait]);
}

/** What is wrong with a new limit's name, in words; undefined when nothing is. */
export function wrongName(text: string, limits: readonly Limit[]): string | undefined {
    if (text === '') return 'A limit needs the name that templates write after amount.limit.';
    if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/.test(text) || text.length > 80)
        return 'A name has lower-case letters, digits and _, such as arnold.';
    return limits.some((limit) => limit.name === text) ? `There is a limit ${text} already: edit that one.` : undefined;
}

/** What is wrong with a number of seats, in words; undefined when nothing is. */
export function wrongSeats(text: string): string | undefined {
    return /^\d{1,7}$/.test(text) && Number(text) <= MOST_SEATS
        ? undefined
        : 'The seats are a whole number from 0 to 1 000 000.';
}

/** What setting a limit to so many seats will do; `limit` is undefined for one that is made. */
export function promise(limit: Limit | undefined, seats: number): string {
    const each = seats === 1 ? 'One seat' : `${count(seats, 'seat')}`;
    if (!limit)
        return seats === 0
            ? 'With no seats nothing that names it is placed.'
            : `${each} for the whole farm. Work that names it and finds no free seat waits.`;
    const { taken, waiting } = limit;
    if (seats < taken)
        return `${number(taken)} are held now and none is taken away. Nothing more is placed until ${seats === 0 ? 'you raise it again' : `fewer than ${number(seats)} are held`}.`;
    if (seats === 0) return 'Nothing that names it is placed until you raise it again.';
    const more = seats - Math.max(limit.count, taken);
    if (more > 0 && waiting > 0)
        return `${count(more, 'seat')} more: waiting tasks take them at once, as far as nodes have room.`;
    if (seats === limit.count) return `${each}, as now.`;
    return more > 0 ? `${count(more, 'seat')} more. Nothing waits for one now.` : `${count(limit.count - seats, 'seat')} fewer. Nothing that runs is stopped.`;
}

/** What deleting it will do. */
export function costOfDeleting(limit: Limit): string {
    if (limit.taken > 0)
        return `${count(limit.taken, 'seat is', 'seats are')} held: it can be deleted once they are given back. With 0 seats nothing more is placed.`;
    return limit.waiting > 0
        ? `${count(limit.waiting, 'task that names it goes', 'tasks that name it go')} on waiting, until there is such a limit again.`
        : 'Work that names it waits from then on, until there is such a limit again.';
}
