import { useState } from 'react';
import { createPortal } from 'react-dom';
import type { Job } from '../api/types';
import { Icon } from '../parts/Icon';
import { InPlace } from '../parts/InPlace';
import { count } from '../parts/words';
import type { JobActions } from './actions';
import { costOfCancelling, meant, promise, type Verb, VERBS, wrongPriority } from './edits';

const LOOKS: Record<Verb, { word: string; icon?: string }> = {
    hold: { word: 'Hold', icon: 'pause' },
    release: { word: 'Release', icon: 'running' },
    retry: { word: 'Retry failed', icon: 'retry' },
    priority: { word: 'Priority' },
    cancel: { word: 'Cancel…' },
};

/** What can be done with the selected jobs; it says what a button will do before it is pressed. */
export function BulkBar({
    jobs,
    actions,
    act,
    off,
    asking,
    ask,
    clear,
}: {
    jobs: Job[];
    actions: JobActions;
    act: boolean;
    /** Why nothing can be done now. */
    off: string | undefined;
    /** The action that waits for a number or an answer. */
    asking: 'priority' | 'cancel' | undefined;
    ask: (what: 'priority' | 'cancel' | undefined) => void;
    clear: () => void;
}) {
    const offered = act ? VERBS.filter((verb) => meant(verb, jobs).length > 0) : [];
    const [near, setNear] = useState<Verb>();
    const told = near !== undefined && offered.includes(near) ? near : offered[0];
    const close = () => {
        ask(undefined);
        clear();
    };
    const press = (verb: Verb) => {
        switch (verb) {
            case 'priority':
            case 'cancel':
                return ask(verb);
            case 'hold':
                actions.hold(jobs);
                return clear();
            case 'release':
                actions.release(jobs);
                return clear();
            case 'retry':
                actions.retryFailed(jobs);
                return clear();
        }
    };
    return createPortal(
        <div
            className="bulk"
            role="toolbar"
            aria-label="Selected jobs"
            onKeyDown={(event) => {
                if (event.key !== 'Escape') return;
                event.stopPropagation();
                if (asking) ask(undefined);
                else clear();
            }}
        >
            {asking === 'cancel' ? (
                <Cancel
                    jobs={meant('cancel', jobs)}
                    off={off}
                    keep={() => ask(undefined)}
                    cancel={() => {
                        actions.cancel(jobs);
                        close();
                    }}
                />
            ) : (
                <>
                    <p role="status">
                        <b className="b">{count(jobs.length, 'job')} selected</b>{' '}
                        <span className="t2">
                            {asking === 'priority'
                                ? promise('priority', jobs)
                                : told
                                  ? promise(told, jobs)
                                  : act
                                    ? 'There is nothing left to do with them'
                                    : 'You may look, not change'}
                            .
                        </span>
                    </p>
                    <span className="row">
                        {asking === 'priority' ? (
                            <InPlace
                                value=""
                                label={`Priority of ${count(jobs.length, 'job')}, 0 to 100`}
                                check={wrongPriority}
                                save={async (text) => {
                                    const refused = await actions.setPriority(jobs, Number(text));
                                    if (!refused) clear();
                                    return refused;
                                }}
                                done={() => ask(undefined)}
                                className="pr-in"
                                numeric
                            />
                        ) : (
                            offered.map((verb) => (
                                <button
                                    key={verb}
                                    className={`btn small ${verb === 'cancel' ? 'danger' : ''}`}
                                    disabled={off !== undefined}
                                    title={off}
                                    aria-description={promise(verb, jobs)}
                                    onPointerEnter={() => setNear(verb)}
                                    onPointerLeave={() => setNear(undefined)}
                                    onFocus={() => setNear(verb)}
                                    onBlur={() => setNear(undefined)}
                                    onClick={() => press(verb)}
                                >
                                    {LOOKS[verb].icon && <Icon name={LOOKS[verb].icon} size="s" />}
                                    {LOOKS[verb].word}
                                </button>
                            ))
                        )}
                        <button className="btn quiet small icon" aria-label="Clear selection" onClick={close}>
                            <Icon name="x" size="s" />
                        </button>
                    </span>
                </>
            )}
        </div>,
        document.body,
    );
}

/** Asks once, with counts, because cancelling cannot be undone. */
function Cancel({
    jobs,
    off,
    keep,
    cancel,
}: {
    jobs: Job[];
    off: string | undefined;
    keep: () => void;
    cancel: () => void;
}) {
    const them = count(jobs.length, 'job');
    return (
        <>
            <p role="status">
                <b className="b">Cancel {them}?</b> <span className="t2">{costOfCancelling(jobs)}</span>
            </p>
            <span className="row">
                <button className="btn small" onClick={keep} autoFocus>
                    Keep
                </button>
                <button className="btn small danger" disabled={off !== undefined} title={off} onClick={cancel}>
                    Cancel {them}
                </button>
            </span>
        </>
    );
}
