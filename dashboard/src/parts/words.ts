/** Numbers, times and states as a person says them. */

const NARROW = '\u202f';

/** 12345 as "12 345", with a space that does not break. */
export function number(value: number): string {
    const whole = Math.round(value);
    return Math.abs(whole) < 1000 ? String(whole) : String(whole).replace(/\B(?=(\d{3})+$)/g, NARROW);
}

/** A count in few letters, for narrow columns: 12 345, 412 k, 1.2 M. */
export function compact(value: number): string {
    if (value < 99_999.5) return number(value);
    const [scaled, unit] = value < 999_500 ? [value / 1e3, 'k'] : [value / 1e6, 'M'];
    return `${scaled < 9.95 ? scaled.toFixed(1).replace(/\.0$/, '') : number(scaled)}${NARROW}${unit}`;
}

/** "1 frame", "12 frames". */
export function count(value: number, noun: string, nouns = `${noun}s`): string {
    return `${number(value)} ${value === 1 ? noun : nouns}`;
}

/** What a task is called: "render 12"; a step's only task goes by the step's own name. */
export function taskName(run: { stepName: string; label: string }): string {
    return run.label === run.stepName ? run.label : `${run.stepName} ${run.label}`;
}

/** A length of time: "0.4 s", "41 s", "3 min 24", "2 h 08", "3 d 4 h". */
export function span(seconds: number): string {
    if (!(seconds >= 0)) return '';
    if (seconds < 9.95) return `${seconds < 0.05 ? '0' : seconds.toFixed(1).replace(/\.0$/, '')} s`;
    if (seconds < 59.5) return `${Math.round(seconds)} s`;
    const minutes = Math.floor(Math.round(seconds) / 60);
    if (minutes < 10) return withRest(minutes, 'min', Math.round(seconds) % 60);
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return withRest(hours, 'h', minutes % 60);
    const days = Math.floor(hours / 24);
    return hours % 24 === 0 || days > 9 ? `${days} d` : `${days} d ${hours % 24} h`;
}

function withRest(value: number, unit: string, rest: number): string {
    return rest === 0 ? `${value} ${unit}` : `${value} ${unit} ${String(rest).padStart(2, '0')}`;
}

/** Seconds between two moments; the second may be missing and is then `now`. */
export function between(from: string | undefined, to: string | undefined, now: number): number {
    return from === undefined ? NaN : ((to === undefined ? now : Date.parse(to)) - Date.parse(from)) / 1000;
}

// Made once: making one takes longer than all else that a row of a list needs.
const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** A moment near `now`: "14:20" today, "Tue 14:20" within six days, "22 Nov 14:20" otherwise. */
export function clock(moment: string | number, now: number, seconds = false): string {
    const at = new Date(moment);
    if (Number.isNaN(at.getTime())) return '';
    const two = (value: number) => String(value).padStart(2, '0');
    const time = `${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`;
    const days = Math.abs(startOfDay(now) - startOfDay(at.getTime())) / 86_400_000;
    if (days < 0.5) return time;
    return days < 6.5 ? `${WEEKDAY.format(at)} ${time}` : `${DAY.format(at)} ${time}`;
}

/** A sentence of the server as a part of another: "not known until a first task has ended". */
export function inTheMiddle(sentence: string): string {
    return sentence.replace(/\.$/, '').replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase());
}

function startOfDay(moment: number): number {
    return new Date(moment).setHours(0, 0, 0, 0);
}

/** Tasks a minute, as "3.1/min", or by the hour where a minute sees less than one. */
export function rate(perMinute: number | undefined): string {
    if (!perMinute || !(perMinute > 0)) return '';
    if (perMinute < 0.95) return `${digits(perMinute * 60)}/h`;
    return `${digits(perMinute)}/min`;
}

/** Bytes as "812 B", "12 KB", "1.4 GB". */
export function bytes(value: number): string {
    const units = ['B', 'KB', 'MB', 'GB', 'TB'];
    let unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
        value /= 1024;
        unit++;
    }
    return `${unit === 0 ? Math.round(value) : digits(value)} ${units[unit]}`;
}

export function mebibytes(value: number): string {
    return bytes(value * 1024 * 1024);
}

export function percent(fraction: number): string {
    return `${Math.min(100, Math.max(0, Math.floor(fraction * 100 + 1e-9)))} %`;
}

function digits(value: number): string {
    return value < 9.95 ? value.toFixed(1) : number(value);
}

/** Joins what is there: "a, b". */
export function join(parts: (string | 0 | false | undefined | null)[], by = ', '): string {
    return parts.filter(Boolean).join(by);
}
