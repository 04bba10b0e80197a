import type { Job } from '../api/types';
import { InPlace } from '../parts/InPlace';
import { wrongPriority } from './edits';

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
    /** Keeps another priority; answers why that was refused. */
    set: (priority: number) => Promise<string | undefined>;
    /** Why it cannot be changed now. */
    off: string | undefined;
    open: boolean;
    close: (open: boolean) => void;
    labelled?: boolean;
}) {
    if (open) {
        return (
            <InPlace
                value={String(job.priority)}
                label="Priority, 0 to 100"
                check={wrongPriority}
                save={(text) => set(Number(text))}
                done={() => close(false)}
                className="pr-in"
                numeric
            />
        );
    }
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
