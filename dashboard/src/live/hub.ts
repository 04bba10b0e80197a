import type { Changed, FeedMessage, PageMessage, Standing } from './messages';

/** How many changes are kept for pages that join later. */
const KEPT = 500;

export interface Stream {
    start(since: number): void;
    stop(): void;
    tryNow(): void;
}

/**
 * Shares one stream among pages. A page reads first and joins with the revision of what it read;
 * changes that the stream brought in between are sent to it again, and where they are no longer
 * kept it is told to read everything again.
 */
export class Hub<Client> {
    private readonly clients = new Set<Client>();
    private kept: Changed[] = [];
    /** Every change after this revision is in `kept`. */
    private from = 0;
    private standing: Standing | undefined;

    constructor(
        private readonly stream: Stream,
        private readonly send: (client: Client, message: FeedMessage) => void,
    ) {}

    hear(client: Client, message: PageMessage): void {
        switch (message.kind) {
            case 'join':
                return this.join(client, message.since);
            case 'leave':
                return this.leave(client);
            case 'try':
                return this.stream.tryNow();
        }
    }

    /** Takes what the stream brought and passes it on to every page. */
    pass(message: FeedMessage): void {
        if (message.kind === 'standing') {
            this.standing = message;
        } else if (message.kind === 'changed') {
            if (this.from === Infinity) this.from = message.revision - 1;
            this.kept.push(message);
            if (this.kept.length > KEPT) this.from = this.kept.shift()?.revision ?? this.from;
        } else if (message.kind === 'reset') {
            // What led here cannot be told again; the next change sets the mark.
            this.from = Infinity;
            this.kept = [];
        }
        for (const client of this.clients) this.send(client, message);
    }

    private join(client: Client, since: number): void {
        const first = this.clients.size === 0;
        this.clients.add(client);
        if (first || this.standing?.standing === 'denied') {
            this.from = since;
            this.kept = [];
            this.standing = undefined;
            this.stream.stop();
            this.stream.start(since);
            return;
        }
        if (this.standing) this.send(client, this.standing);
        if (since < this.from) this.send(client, { kind: 'reset' });
        else for (const change of this.kept) if (change.revision > since) this.send(client, change);
    }

    private leave(client: Client): void {
        if (this.clients.delete(client) && this.clients.size === 0) this.stream.stop();
    }
}
