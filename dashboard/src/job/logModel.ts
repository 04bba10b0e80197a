/** A log as lines: cut from a stream of text, searched, and judged for where the trouble begins. */

/** A line longer than this is cut for display. */
const LONGEST = 4000;
const ESC = String.fromCharCode(27);
const COLOURS = new RegExp(`${ESC}\\[[0-9;?]*[A-Za-z]|${ESC}\\][^\\u0007]*\\u0007`, 'g');
const UNSEEN = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f]', 'g');

/** Cuts text into lines; the last, unfinished one waits for more. */
export class LineCutter {
    private rest = '';

    push(text: string): string[] {
        const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
        this.rest = lines.pop() ?? '';
        return lines.map(clean);
    }

    /** What is left when nothing more comes. */
    end(): string[] {
        const last = clean(this.rest);
        this.rest = '';
        return last === '' ? [] : [last];
    }
}

/** A line as it is shown: without colour codes and control characters, not endlessly long. */
export function clean(line: string): string {
    const bare = line.replace(COLOURS, '').replace(/\t/g, '    ').replace(UNSEEN, '\ufffd');
    return bare.length > LONGEST ? `${bare.slice(0, LONGEST)} … (${bare.length - LONGEST} characters more)` : bare;
}

const SURE =
    /^\s*(?:\w+(?:\.\w+)*(?:Error|Exception)\b|lumenyard: [a-z_]+: |(?:fatal )?error\b|fatal\b|traceback \(most recent|segmentation fault|panic:)|\b(?:out of (?:gpu )?memory|cannot allocate memory|segmentation fault|EXCEPTION_ACCESS_VIOLATION)\b/i;
const LIKELY = /\b(?:error|exception|failed|failure|could not|cannot|unable to|killed|aborted)\b/i;
const HARMLESS =
    /\b(?:0|no) (?:errors?|failures?|warnings?)\b|error[_-]?(?:rate|bound|threshold)|adaptive.*error|noise.*error/i;

export function isError(line: string): boolean {
    return !HARMLESS.test(line) && (SURE.test(line) || LIKELY.test(line));
}

/** Where the trouble begins: the first line that is surely an error, else the first that looks like one. */
export function firstError(lines: readonly string[]): number | undefined {
    const sure = lines.findIndex((line) => SURE.test(line) && !HARMLESS.test(line));
    const found = sure >= 0 ? sure : lines.findIndex(isError);
    return found >= 0 ? found : undefined;
}

/** The lines that contain `words`, whatever the case. */
export function hits(lines: readonly string[], words: string): number[] {
    const wanted = words.toLowerCase();
    if (wanted === '') return [];
    const found: number[] = [];
    for (const [at, line] of lines.entries()) if (line.toLowerCase().includes(wanted)) found.push(at);
    return found;
}

/** A line cut at the places where `words` stand; every second piece is a hit. */
export function cut(line: string, words: string): string[] {
    const wanted = words.toLowerCase();
    if (wanted === '') return [line];
    const lower = line.toLowerCase();
    const pieces: string[] = [];
    let from = 0;
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
        pieces.push(line.slice(from, at), line.slice(at, at + wanted.length));
        from = at + wanted.length;
    }
    pieces.push(line.slice(from));
    return pieces;
}
