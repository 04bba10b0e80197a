export interface Steady<T> {
    rows: T[];
    /** How many rows would come, go or change places if the order were renewed. */
    moved: number;
}

/**
 * Rows for a list that a person's hand is on. While `busy`, what is shown keeps its place: values
 * change, but nothing comes, goes or moves until the hand is off or the person asks.
 *
 * @param shown the rows as they stand on the page
 * @param fresh the rows as they should be
 */
export function steady<T extends { id: string }>(shown: readonly T[], fresh: readonly T[], busy: boolean): Steady<T> {
    if (!busy || shown.length === 0) return { rows: [...fresh], moved: 0 };
    const now = new Map(fresh.map((row) => [row.id, row]));
    const rows = shown.map((row) => now.get(row.id) ?? row);
    // Further pages only add to the end, below everything that is seen.
    const known = new Set(shown.map((row) => row.id));
    const lastKnown = fresh.reduce((last, row, at) => (known.has(row.id) ? at : last), -1);
    rows.push(...fresh.slice(lastKnown + 1));
    return { rows, moved: countMoved(rows, fresh) };
}

function countMoved(rows: readonly { id: string }[], fresh: readonly { id: string }[]): number {
    const there = new Set(rows.map((row) => row.id));
    const still = new Set(fresh.map((row) => row.id));
    const come = fresh.filter((row) => !there.has(row.id)).length;
    const gone = rows.filter((row) => !still.has(row.id)).length;
    const kept = fresh.filter((row) => there.has(row.id));
    const before = rows.filter((row) => still.has(row.id));
    return come + gone + kept.filter((row, at) => row.id !== before[at]?.id).length;
}
