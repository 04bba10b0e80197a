/** Which rows are picked, as a set of ids and the row from which a stretch is drawn. */
export interface Selection {
    picked: ReadonlySet<string>;
    /** The row that was picked last. */
    anchor: string | undefined;
}

export const NOTHING: Selection = { picked: new Set(), anchor: undefined };

/** Turns one row, or with `extend` picks every row from the last one to it. */
export function turn(now: Selection, rows: readonly { id: string }[], id: string, extend: boolean): Selection {
    const to = rows.findIndex((row) => row.id === id);
    const from = extend ? rows.findIndex((row) => row.id === now.anchor) : -1;
    const picked = new Set(now.picked);
    if (from >= 0 && to >= 0) {
        for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) picked.add(row.id);
    } else if (!picked.delete(id)) picked.add(id);
    return { picked, anchor: id };
}

/** Picks all rows, or none where all were picked. */
export function turnAll(now: Selection, rows: readonly { id: string }[]): Selection {
    return rows.every((row) => now.picked.has(row.id))
        ? NOTHING
        : { picked: new Set(rows.map((row) => row.id)), anchor: now.anchor };
}
