import { EventReader, toMessage } from './events';
import type { FeedMessage } from './messages';

/** The server sends a sign of life every 15 s; after this long without one the stream counts as dead. */
const SILENCE = 40_000;
const PAUSES = [300, 1000, 2000, 4000, 5000];

/**
 * Keeps one event stream to the server open, reconnecting from the last revision it saw. Read by
 * fetch rather than EventSource, which hides both the status of a refusal and the signs of life.
 */
export class Feed {
    private running: AbortController | undefined;
    private wake: (() => void) | undefined;
    private revision = 0;

    constructor(private readonly tell: (message: FeedMessage) => void) {}

    /** Starts (or goes on) from `since`. */
    start(since: number): void {
        if (this.running) return;
        this.revision = since;
        this.running = new AbortController();
        void this.stay(this.running.signal);
    }

    stop(): void {
        this.running?.abort();
        this.running = undefined;
        this.wake?.();
    }

    /** Ends a pause between two tries. */
    tryNow(): void {
        this.wake?.();
    }

    private async stay(stopped: AbortSignal): Promise<void> {
        let since = Date.now();
        for (let tries = 0; !stopped.aborted; tries++) {
            const heard = await this.listen(stopped, since);
            if (stopped.aborted) return;
            if (heard === 'denied') {
                this.tell({ kind: 'standing', standing: 'denied', since });
                this.running = undefined;
                return;
            }
            if (heard > since) {
                since = heard;
                tries = 0;
            }
            const pause = (PAUSES[Math.min(tries, PAUSES.length - 1)] ?? 5000) * (0.85 + Math.random() * 0.3);
            this.tell({ kind: 'standing', standing: 'away', since, retryAt: Date.now() + pause });
            await this.rest(pause);
        }
    }

    /** Reads one stream to its end; answers when the server was last heard, or that it refuses us. */
    private async listen(stopped: AbortSignal, before: number): Promise<number | 'denied'> {
        let heard = before;
        const quiet = new AbortController();
        let alarm = setTimeout(() => quiet.abort(), SILENCE);
        try {
            const response = await fetch(`/api/v1/events?since=${this.revision}`, {
                headers: { Accept: 'text/event-stream' },
                credentials: 'same-origin',
                cache: 'no-store',
                signal: AbortSignal.any([stopped, quiet.signal]),
            });
            if (response.status === 401 || response.status === 403) return 'denied';
            if (!response.ok || !response.body) return before;
            heard = Date.now();
            this.tell({ kind: 'standing', standing: 'live', since: heard });
            const events = new EventReader();
            const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
            for (;;) {
                const { done, value } = await text.read();
                if (done) return heard;
                heard = Date.now();
                clearTimeout(alarm);
                alarm = setTimeout(() => quiet.abort(), SILENCE);
                for (const event of events.push(value)) this.accept(event);
            }
        } catch {
            return heard;
        } finally {
            clearTimeout(alarm);
        }
    }

    private accept(event: { event: string; data: string; id: string }): void {
        const revision = Number(event.id);
        if (event.id !== '' && Number.isFinite(revision)) this.revision = Math.max(this.revision, revision);
        const message = toMessage(event);
        if (message) this.tell(message);
    }

    private rest(milliseconds: number): Promise<void> {
        return new Promise((resolve) => {
            const timer = setTimeout(resolve, milliseconds);
            this.wake = () => {
                clearTimeout(timer);
                resolve();
            };
        });
    }
}
