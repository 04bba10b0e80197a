import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { Limit } from '../api/types';
import { promise, wrongName, wrongSeats } from './limitWords';

/** Makes a limit, or edits one where it stands; it says what keeping it will do before it is kept. */
export function LimitForm({
    limit,
    limits,
    off,
    save,
    close,
}: {
    /** The one that is edited; undefined where one is made. */
    limit?: Limit;
    limits: readonly Limit[];
    /** Why nothing can be changed now. */
    off: string | undefined;
    /** Answers why it was refused; undefined when it was done. */
    save: (name: string, seats: number, note: string) => Promise<string | undefined>;
    close: () => void;
}) {
    const says = useId();
    const first = useRef<HTMLInputElement>(null);
    const [name, setName] = useState(limit?.name ?? '');
    const [seats, setSeats] = useState(limit ? String(limit.count) : '');
    const [note, setNote] = useState(limit?.note ?? '');
    const [refused, setRefused] = useState<string>();
    const [saving, setSaving] = useState(false);
    useEffect(() => first.current?.select(), []);

    const wrong = (limit ? undefined : wrongName(name.trim(), limits)) ?? wrongSeats(seats.trim());
    const begun = limit !== undefined || name !== '' || seats !== '';
    const told = refused ?? (wrong === undefined ? promise(limit, Number(seats)) : begun ? wrong : undefined);
    const bad = refused !== undefined || (wrong !== undefined && begun);
    const keep = async (event: FormEvent) => {
        event.preventDefault();
        if (wrong !== undefined || off !== undefined || saving) return setRefused(wrong);
        setSaving(true);
        const why = await save(name.trim(), Number(seats), note.trim());
        setSaving(false);
        if (why === undefined) close();
        else setRefused(why);
    };
    const type = (set: (text: string) => void) => (text: string) => {
        setRefused(undefined);
        set(text);
    };
    const leave = (event: KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
    };
    return (
        <form
            className="limit-form"
            aria-label={limit ? `Edit ${limit.name}` : 'New limit'}
            onSubmit={(event) => void keep(event)}
            onKeyDown={leave}
        >
            {!limit && (
                <Field label="Name" value={name} set={type(setName)} input={first} says={says} mono hint="arnold" />
            )}
            <Field
                label="Seats"
                value={seats}
                set={type(setSeats)}
                input={limit ? first : undefined}
                says={says}
                numeric
                hint="4"
            />
            <Field label="Note" value={note} set={type(setNote)} says={says} hint="For people, such as: renewed until May" />
            <div className="says">
            <p id={says} className={`grow ${bad ? 'bad' : 't2'}`} role="status">
                {told ?? 'A step takes a seat by naming the limit in its template.'}
            </p>
            <span className="row">
                <button type="button" className="btn small" onClick={close}>
                    Leave it
                </button>
                <button className="btn small primary" disabled={off !== undefined || saving} title={off}>
                    {limit ? 'Keep' : 'Make it'}
                </button>
            </span>
            </div>
        </form>
    );
}

function Field({
    label,
    value,
    set,
    input,
    says,
    hint,
    numeric = false,
    mono = false,
}: {
    label: string;
    value: string;
    set: (text: string) => void;
    input?: React.Ref<HTMLInputElement> | undefined;
    says: string;
    hint: string;
    numeric?: boolean;
    mono?: boolean;
}) {
    return (
        <label className={label.toLowerCase()}>
            {label}
            <input
                ref={input}
                className={`input ${mono ? 'mono' : ''}`}
                inputMode={numeric ? 'numeric' : 'text'}
                maxLength={label === 'Note' ? 1000 : 80}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={label === 'Note'}
                placeholder={hint}
                aria-describedby={says}
                value={value}
                onChange={(event) => set(event.target.value)}
            />
        </label>
    );
}
