/** What travels from the server's event stream to the pages. */

export interface Progress {
    run: string;
    job?: string;
    step?: string;
    index?: number;
    progress?: number;
    text?: string;
}

export interface Changed {
    kind: 'changed';
    revision: number;
    jobs: string[];
    nodes: string[];
}

/** Whether the stream runs; `since` is the time (ms) at which the server was last heard. */
export interface Standing {
    kind: 'standing';
    standing: 'live' | 'away' | 'denied';
    since: number;
    retryAt?: number;
}

export type FeedMessage = Changed | Standing | { kind: 'telemetry'; runs: Progress[] } | { kind: 'reset' };

/** What a page says to the hub that owns the stream. */
export type PageMessage = { kind: 'join'; since: number } | { kind: 'leave' } | { kind: 'try' };
