/** The least pause between two reads of the same thing, in ms: four a second. */
const PAUSE = 250;

/**
 * Reads changed things again: each at most four times a second, never twice at once, and always
 * once more when it changed while it was being read. What takes long to read is read less often.
 */
export class Refresher {
    private readonly waiting = new Map<string, readonly string[]>();
    private readonly busy = new Set<string>();
    private paused = false;

    constructor(
        private readonly read: (key: readonly string[]) => Promise<unknown>,
        private readonly now: () => number = () => performance.now(),
    ) {}

    /** Marks what lies under `key` as changed. */
    mark(key: readonly string[]): void {
        const name = key.join('\n');
        this.waiting.set(name, key);
        if (!this.paused) void this.work(name);
    }

    /** Nothing is read while nobody looks; marks are kept. */
    pause(paused: boolean): void {
        this.paused = paused;
        if (!paused) for (const name of [...this.waiting.keys()]) void this.work(name);
    }

    private async work(name: string): Promise<void> {
        if (this.busy.has(name)) return;
        this.busy.add(name);
        try {
            for (let key = this.take(name); key; key = this.take(name)) {
                const begun = this.now();
                await this.read(key).catch(() => undefined);
                await rest(Math.max(PAUSE, this.now() - begun));
            }
        } finally {
            this.busy.delete(name);
        }
    }

    private take(name: string): readonly string[] | undefined {
        if (this.paused) return undefined;
        const key = this.waiting.get(name);
        this.waiting.delete(name);
        return key;
    }
}

function rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
