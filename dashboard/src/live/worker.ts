/** The shared worker: one stream for all tabs of the browser, which has only six connections to us. */
import { Feed } from './feed';
import { Hub } from './hub';
import type { PageMessage } from './messages';

const scope = self as unknown as { onconnect: (event: MessageEvent) => void };
const feed = new Feed((message) => hub.pass(message));
const hub = new Hub<MessagePort>(feed, (port, message) => port.postMessage(message));

scope.onconnect = (event) => {
    const port = event.ports[0];
    if (port) port.onmessage = (said: MessageEvent<PageMessage>) => hub.hear(port, said.data);
};
