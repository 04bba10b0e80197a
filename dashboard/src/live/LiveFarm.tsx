import type { QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useSyncExternalStore } from 'react';
import { renewJobs } from '../api/longLists';
import { type Link, openLink } from './link';
import type { FeedMessage, Progress, Standing } from './messages';
import { Refresher } from './refresher';

/** The dot empties after this long without the server, the notice comes later (ms). */
const WOBBLE = 2000;
const AWAY = 5000;

export interface Connection {
    phase: 'live' | 'wobbly' | 'away';
    /** When the server was last heard (ms). */
    since: number;
    retryAt?: number | undefined;
}

/** What a page knows of the farm as it changes: the connection, what to read again, who is how far. */
export class LiveFarm {
    private readonly link: Link;
    private readonly refresher: Refresher;
    private readonly listeners = new Set<() => void>();
    private readonly runs = new Map<string, Progress>();
    private readonly runListeners = new Set<() => void>();
    private connection: Connection = { phase: 'live', since: Date.now() };
    private phaseTimer: ReturnType<typeof setTimeout> | undefined;
    private revision = 0;
    private frame = 0;
    /** Jobs that changed since the lists were read. */
    private readonly changedJobs = new Set<string>();
    /** Whether more may have changed than was told. */
    private unknown = false;

    constructor(
        private readonly queries: QueryClient,
        private readonly denied: () => void,
    ) {
        this.refresher = new Refresher((key) => this.read(key));
        this.link = openLink((message) => this.hear(message));
        document.addEventListener('visibilitychange', () => this.refresher.pause(document.hidden));
        addEventListener('pagehide', () => this.link.say({ kind: 'leave' }));
        addEventListener('pageshow', (event) => event.persisted && this.join(this.revision));
    }

    /** Begins to listen; `revision` is that of what the page has read. */
    join(revision: number): void {
        this.revision = revision;
        this.link.say({ kind: 'join', since: revision });
    }

    retry = (): void => this.link.say({ kind: 'try' });

    subscribe = (listener: () => void): (() => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    };

    current = (): Connection => this.connection;

    subscribeRuns = (listener: () => void): (() => void) => {
        this.runListeners.add(listener);
        return () => this.runListeners.delete(listener);
    };

    /** The latest word on a run; the same object until there is a newer one. */
    progress(run: string): Progress | undefined {
        return this.runs.get(run);
    }

    /** The latest words on the runs of a job. */
    *runsOf(job: string): Iterable<Progress> {
        for (const progress of this.runs.values()) if (progress.job === job) yield progress;
    }

    private hear(message: FeedMessage): void {
        switch (message.kind) {
            case 'changed':
                this.revision = Math.max(this.revision, message.revision);
                return this.mark(message.jobs, message.nodes);
            case 'telemetry':
                for (const run of message.runs) this.keep(run);
                return this.announceRuns();
            case 'reset':
                return this.readAll();
            case 'standing':
                return message.standing === 'denied' ? this.denied() : this.stand(message);
        }
    }

    private mark(jobs: string[], nodes: string[]): void {
        this.refresher.mark(['farm']);
        this.refresher.mark(['limits']);
        for (const job of jobs) this.changedJobs.add(job);
        if (jobs.length > 0) this.refresher.mark(['jobs']);
        for (const job of jobs) this.refresher.mark(['job', job]);
        if (nodes.length > 0 || jobs.length > 0) this.refresher.mark(['nodes']);
    }

    /** Reads again what lies under `key`; of long lists of jobs, only those that changed. */
    private async read(key: readonly string[]): Promise<void> {
        if (key.length > 1 || key[0] !== 'jobs' || this.unknown) {
            if (key[0] === 'jobs') this.unknown = false;
            return this.queries.invalidateQueries({ queryKey: key });
        }
        const changed = [...this.changedJobs];
        this.changedJobs.clear();
        for (const left of await renewJobs(this.queries, changed)) this.changedJobs.add(left);
    }

    private readAll(): void {
        this.unknown = true;
        for (const root of ['farm', 'jobs', 'job', 'nodes', 'limits']) this.refresher.mark([root]);
    }

    private keep(run: Progress): void {
        // Runs end without a word here; the oldest entries are dropped once there are many.
        this.runs.delete(run.run);
        this.runs.set(run.run, run);
        for (const oldest of this.runs.keys()) {
            if (this.runs.size <= 5000) break;
            this.runs.delete(oldest);
        }
    }

    private announceRuns(): void {
        if (document.hidden) return;
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            for (const listener of this.runListeners) listener();
        });
    }

    private stand(message: Standing): void {
        clearTimeout(this.phaseTimer);
        if (message.standing === 'live') {
            const wasAway = this.connection.phase !== 'live';
            this.change({ phase: 'live', since: message.since });
            if (wasAway) this.rereadFailed();
            return;
        }
        const { since, retryAt } = message;
        const age = Date.now() - since;
        const phase = age >= AWAY ? 'away' : age >= WOBBLE ? 'wobbly' : 'live';
        this.change({ phase, since, retryAt });
        if (phase !== 'away') {
            const pause = (phase === 'live' ? WOBBLE : AWAY) - age;
            this.phaseTimer = setTimeout(() => this.stand(message), Math.max(50, pause));
        }
    }

    /** Pages opened while the server was away have nothing yet: they read now. */
    private rereadFailed(): void {
        void this.queries.invalidateQueries({
            predicate: (query) => query.state.status === 'error' || query.state.isInvalidated,
        });
        this.refresher.mark(['farm']);
    }

    private change(connection: Connection): void {
        this.connection = connection;
        for (const listener of this.listeners) listener();
    }
}

export const LiveFarmContext = createContext<LiveFarm | undefined>(undefined);

export function useLiveFarm(): LiveFarm {
    const live = useContext(LiveFarmContext);
    if (!live) throw new Error('no LiveFarm around');
    return live;
}

export function useConnection(): Connection {
    const live = useLiveFarm();
    return useSyncExternalStore(live.subscribe, live.current);
}

/** How far a run is: from telemetry, or from what was read, whichever says more. */
export function useProgress(run: { id: string; progress?: number | undefined; text?: string | undefined }): {
    progress: number | undefined;
    text: string | undefined;
} {
    const live = useLiveFarm();
    const heard = useSyncExternalStore(live.subscribeRuns, () => live.progress(run.id));
    return { progress: heard?.progress ?? run.progress, text: heard?.text ?? run.text };
}
