/** A page's link to the one stream of its browser. */
import { Feed } from './feed';
import { Hub } from './hub';
import type { FeedMessage, PageMessage } from './messages';

export interface Link {
    say(message: PageMessage): void;
}

/** Opens the link: by a shared worker, or, where the browser has none, by a tab that leads. */
export function openLink(hear: (message: FeedMessage) => void): Link {
    return typeof SharedWorker === 'undefined' ? openLedLink(hear) : openWorkerLink(hear);
}

function openWorkerLink(hear: (message: FeedMessage) => void): Link {
    const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), {
        type: 'module',
        name: 'lumenyard-live',
    });
    worker.port.onmessage = (event: MessageEvent<FeedMessage>) => hear(event.data);
    worker.port.start();
    return { say: (message) => worker.port.postMessage(message) };
}

type Parcel =
    { to: 'hub'; client: string; message: PageMessage } | { to: string; message: FeedMessage } | { to: 'all' };

/**
 * The tab that gets the lock owns the hub; the others reach it by a broadcast channel. When it
 * closes, the lock passes on, and the new leader asks every tab to join again.
 */
function openLedLink(hear: (message: FeedMessage) => void): Link {
    const me = crypto.randomUUID();
    const channel = new BroadcastChannel('lumenyard-live');
    let joined: PageMessage | undefined;
    let hub: Hub<string> | undefined;

    const say = (message: PageMessage) => {
        joined = message.kind === 'join' ? message : message.kind === 'leave' ? undefined : joined;
        if (hub) hub.hear(me, message);
        else channel.postMessage({ to: 'hub', client: me, message } satisfies Parcel);
    };
    channel.onmessage = (event: MessageEvent<Parcel>) => {
        const parcel = event.data;
        if (parcel.to === me && 'message' in parcel) hear(parcel.message as FeedMessage);
        else if (parcel.to === 'hub' && 'client' in parcel) hub?.hear(parcel.client, parcel.message);
        // What happened while nobody led is unknown: a page that joins again from revision 0 re-reads.
        else if (parcel.to === 'all' && joined) say({ kind: 'join', since: 0 });
    };
    const lead = () => {
        const feed = new Feed((message) => hub?.pass(message));
        hub = new Hub<string>(feed, (client, message) => {
            if (client === me) hear(message);
            else channel.postMessage({ to: client, message } satisfies Parcel);
        });
        if (joined) hub.hear(me, joined);
        channel.postMessage({ to: 'all' } satisfies Parcel);
        return new Promise<never>(() => undefined);
    };
    if ('locks' in navigator) void navigator.locks.request('lumenyard-live', lead);
    else void lead();
    return { say };
}
