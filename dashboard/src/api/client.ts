/** The one door to the server: JSON in, JSON out, problems as errors that can be shown to a person. */

const BASE = '/api/v1';

/** The server's answer was a problem (RFC 9457). `message` is one sentence that says what to do. */
export class Problem extends Error {
    constructor(
        readonly status: number,
        readonly kind: string,
        message: string,
    ) {
        super(message);
        this.name = 'Problem';
    }
}

/** The server did not answer at all. */
export class NoAnswer extends Error {
    constructor() {
        super('The server does not answer.');
        this.name = 'NoAnswer';
    }
}

export interface Call {
    method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    body?: unknown;
    signal?: AbortSignal;
}

/** Calls `path` under the API and answers its JSON. Throws {@link Problem} or {@link NoAnswer}. */
export async function call<T>(path: string, { method = 'GET', body, signal }: Call = {}): Promise<T> {
    const response = await send(BASE + path, {
        method,
        headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ?? null,
    });
    return (response.status === 204 ? undefined : await response.json()) as T;
}

/** A part of a run's log, as bytes, with what the server says of the whole. */
export interface LogPart {
    bytes: ReadableStream<Uint8Array>;
    size: number;
    offset: number;
    complete: boolean;
}

/** Opens a run's log from byte `offset`; with `follow` the stream goes on until the run has ended. */
export async function openLog(
    run: string,
    options: { offset: number; limit?: number; follow?: boolean },
    signal: AbortSignal,
): Promise<LogPart> {
    const query = new URLSearchParams({ offset: String(options.offset) });
    if (options.limit !== undefined) query.set('limit', String(options.limit));
    if (options.follow) query.set('follow', 'true');
    const response = await send(`${BASE}/runs/${encodeURIComponent(run)}/log?${query}`, { signal });
    return {
        bytes: response.body ?? new ReadableStream({ start: (stream) => stream.close() }),
        size: Number(response.headers.get('Lumenyard-Log-Size') ?? 0),
        offset: Number(response.headers.get('Lumenyard-Log-Offset') ?? options.offset),
        complete: response.headers.get('Lumenyard-Log-Complete') === 'true',
    };
}

/** The log as a plain text page of its own. */
export function logAddress(run: string): string {
    return `${BASE}/runs/${encodeURIComponent(run)}/log`;
}

async function send(address: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
        response = await fetch(address, { credentials: 'same-origin', ...init });
    } catch (error) {
        if (init.signal?.aborted) throw error;
        throw new NoAnswer();
    }
    if (!response.ok) throw await problemOf(response);
    return response;
}

async function problemOf(response: Response): Promise<Problem> {
    const told = (await response.json().catch(() => ({}))) as { type?: string; title?: string; detail?: string };
    const kind = told.type?.split('/').pop() ?? 'unknown';
    return new Problem(response.status, kind, told.detail ?? told.title ?? `The server answered ${response.status}.`);
}
