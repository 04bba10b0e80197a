import type { FeedMessage, Progress } from './messages';

export interface ServerEvent {
    event: string;
    data: string;
    id: string;
}

/** Cuts a stream of text into server-sent events (WHATWG HTML, 9.2.6). Comments are dropped. */
export class EventReader {
    private rest = '';
    private event = '';
    private data: string[] = [];
    private id = '';

    /** Takes the next piece of text and answers the events that it completed. */
    push(text: string): ServerEvent[] {
        const found: ServerEvent[] = [];
        this.rest += text;
        // A lone CR at the very end may be the first half of CR LF: it waits for what follows.
        const lines = this.rest.split(/\r\n|\n|\r(?!$)/);
        this.rest = lines.pop() ?? '';
        for (const line of lines) {
            if (line === '') this.close(found);
            else this.field(line);
        }
        return found;
    }

    private field(line: string): void {
        const colon = line.indexOf(':');
        if (colon === 0) return;
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (name === 'event') this.event = value;
        else if (name === 'data') this.data.push(value);
        else if (name === 'id' && !value.includes('\0')) this.id = value;
    }

    private close(found: ServerEvent[]): void {
        if (this.data.length > 0) {
            found.push({ event: this.event || 'message', data: this.data.join('\n'), id: this.id });
        }
        this.event = '';
        this.data = [];
    }
}

/** The event as our message; undefined for kinds that a newer server may send. */
export function toMessage(event: ServerEvent): FeedMessage | undefined {
    if (event.event === 'reset') return { kind: 'reset' };
    const data = parse(event.data);
    switch (event.event) {
        case 'changed':
            return {
                kind: 'changed',
                revision: Number(event.id) || 0,
                jobs: strings(data.jobs),
                nodes: strings(data.nodes),
            };
        case 'telemetry':
            return { kind: 'telemetry', runs: Array.isArray(data.runs) ? (data.runs as Progress[]) : [] };
        default:
            return undefined;
    }
}

function parse(text: string): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
        return {};
    }
}

function strings(value: unknown): string[] {
    return Array.isArray(value) ? value.map(String) : [];
}
