import { NoAnswer, openLog, Problem } from '../api/client';
import { LineCutter } from './logModel';

const PART = 1 << 20;
/** Of a longer log only the end is read here; the whole is a link away. */
const MOST = 8 << 20;
const AGAIN = 2000;

export interface LogState {
    lines: readonly string[];
    /** Rises with every change of `lines`, which is one growing array. */
    version: number;
    /** Bytes before the first line that is shown. */
    skipped: number;
    status: 'reading' | 'following' | 'complete' | 'none' | 'failed';
    problem?: string;
}

/** Reads a run's log to its end and stays with it while it grows. Stopped, it can go on later. */
export class LogReader {
    private readonly lines: string[] = [];
    private cutter = new LineCutter();
    private decoder = new TextDecoder();
    private offset = 0;
    private state: LogState;
    private stopper: AbortController | undefined;
    private told: ReturnType<typeof setTimeout> | undefined;
    private readonly listeners = new Set<() => void>();

    constructor(private readonly run: string) {
        this.state = { lines: this.lines, version: 0, skipped: 0, status: 'reading' };
    }

    current = (): LogState => this.state;

    subscribe = (listener: () => void): (() => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    };

    start(): void {
        if (this.stopper || this.state.status === 'complete') return;
        this.stopper = new AbortController();
        void this.stay(this.stopper.signal);
    }

    stop(): void {
        this.stopper?.abort();
        this.stopper = undefined;
    }

    private async stay(stopped: AbortSignal): Promise<void> {
        while (!stopped.aborted) {
            try {
                if (await this.readOn(stopped)) return this.finish();
            } catch (error) {
                if (stopped.aborted) return;
                if (error instanceof Problem && error.status === 404) this.change({ status: 'none' });
                else if (error instanceof Problem && error.status < 500) return this.fail(error.message);
                else if (!(error instanceof NoAnswer) && !(error instanceof TypeError) && !(error instanceof Problem))
                    throw error;
            }
            await new Promise((resolve) => setTimeout(resolve, AGAIN));
        }
    }

    /** Reads what is there, then what comes; answers whether the log is complete. */
    private async readOn(stopped: AbortSignal): Promise<boolean> {
        for (;;) {
            const part = await openLog(this.run, { offset: this.offset, limit: PART }, stopped);
            if (this.offset === 0 && part.size > MOST) {
                await part.bytes.cancel();
                this.skipTo(part.size - MOST);
                continue;
            }
            const before = this.offset;
            await this.take(part.bytes);
            if (this.offset < part.size && this.offset > before) continue;
            if (part.complete) return true;
            break;
        }
        this.change({ status: 'following' });
        const rest = await openLog(this.run, { offset: this.offset, follow: true }, stopped);
        await this.take(rest.bytes);
        // The stream also ends when the server does: only the next answer tells whether the log has.
        return false;
    }

    private skipTo(offset: number): void {
        this.offset = offset;
        this.change({ skipped: offset });
    }

    private async take(stream: ReadableStream<Uint8Array>): Promise<void> {
        const reader = stream.getReader();
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            this.offset += value.byteLength;
            for (const line of this.cutter.push(this.decoder.decode(value, { stream: true }))) this.lines.push(line);
            this.tellSoon();
        }
    }

    private finish(): void {
        this.lines.push(...this.cutter.end());
        this.stopper = undefined;
        this.change({ status: 'complete' });
    }

    private fail(problem: string): void {
        this.stopper = undefined;
        this.change({ status: 'failed', problem });
    }

    /** New lines are told ten times a second at most. */
    private tellSoon(): void {
        this.told ??= setTimeout(() => this.change({}), 100);
    }

    private change(what: Partial<LogState>): void {
        clearTimeout(this.told);
        this.told = undefined;
        this.state = { ...this.state, ...what, version: this.state.version + 1 };
        for (const listener of this.listeners) listener();
    }
}
