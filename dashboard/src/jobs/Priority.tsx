import { useEffect, useRef, useState } from 'react';
import type { Job } from '../api/types';

/** A job's priority: a word and a number that become an input where they stand. */
export function Priority({
    job,
    set,
    off,
    open,
    close,
    labelled = false,
}: {
    job: Job;
    set: (priority: number) => void;
    /** Why it cannot be changed now. */
    off: string | undefined;
    open: boolean;
    close: (open: boolean) => void;
    labelled?: boolean;
}) {
    if (open) return <Editor job={job} set={set} done={() => close(false)} />;
    const band = job.band === 'normal' ? '' : job.band;
    return (
        <button
            className={labelled ? 'btn' : `pr ${job.band}`}
            aria-label={`Priority ${band} ${job.priority}, edit`}
            disabled={off !== undefined}
            title={off ?? 'Edit the priority (p)'}
            onClick={(event) => {
                event.stopPropagation();
                close(true);
            }}
        >
            {labelled ? 'Priority ' : band && <small>{band}</small>}
            {job.priority}
        </button>
    );
}

function Editor({ job, set, done }: { job: Job; set: (priority: number) => void; done: () => void }) {
    const input = useRef<HTMLInputElement>(null);
    const [value, setValue] = useState(String(job.priority));
    const wrong = !/^\d{1,3}$/.test(value.trim()) || Number(value) > 100;
    useEffect(() => input.current?.select(), []);
    const row = () => input.current?.closest('tr');
    const finish = (keep: boolean) => {
        if (keep && wrong) return;
        const home = row();
        if (keep && Number(value) !== job.priority) set(Number(value));
        done();
        home?.focus();
    };
    return (
        <input
            ref={input}
            className="pr-in"
            inputMode="numeric"
            aria-label="Priority, 0 to 100"
            aria-invalid={wrong}
            title="0 to 100; Enter keeps it, Escape does not"
            value={value}
            onChange={(event) => setValue(event.target.value)}
            onClick={(event) => event.stopPropagation()}
            onBlur={done}
            onKeyDown={(event) => {
                event.stopPropagation();
                if (event.key === 'Enter') finish(true);
                if (event.key === 'Escape') finish(false);
            }}
        />
    );
}
