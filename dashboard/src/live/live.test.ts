import { describe, expect, it, vi } from 'vitest';
import { EventReader, toMessage } from './events';
import { Hub, type Stream } from './hub';
import type { Changed, FeedMessage } from './messages';
import { Refresher } from './refresher';

describe('EventReader', () => {
    it('finds events however the stream is cut', () => {
        const text =
            'id: 7\r\nevent: changed\r\ndata: {"jobs":["1f"]}\r\n\r\n: still here\n\nevent: reset\ndata: {}\n\n';
        for (let cut = 1; cut < text.length; cut++) {
            const reader = new EventReader();
            const found = [...reader.push(text.slice(0, cut)), ...reader.push(text.slice(cut))];
            expect(found).toEqual([
                { id: '7', event: 'changed', data: '{"jobs":["1f"]}' },
                { id: '7', event: 'reset', data: '{}' },
            ]);
        }
    });

    it('joins the lines of one event and drops events without data', () => {
        expect(new EventReader().push('data: a\ndata: b\n\nevent: none\n\n')).toEqual([
            { id: '', event: 'message', data: 'a\nb' },
        ]);
    });
});

describe('toMessage', () => {
    it('reads changed keys with their revision', () => {
        expect(toMessage({ id: '12', event: 'changed', data: '{"jobs":["1f"],"nodes":[]}' })).toEqual({
            kind: 'changed',
            revision: 12,
            jobs: ['1f'],
            nodes: [],
        });
    });

    it('passes over what it does not know and what is broken', () => {
        expect(toMessage({ id: '', event: 'sessions', data: '{}' })).toBeUndefined();
        expect(toMessage({ id: '3', event: 'changed', data: 'not JSON' })).toMatchObject({ jobs: [], nodes: [] });
    });
});

describe('Hub', () => {
    const changed = (revision: number): Changed => ({ kind: 'changed', revision, jobs: [`j${revision}`], nodes: [] });

    function farm() {
        const stream = { start: vi.fn(), stop: vi.fn(), tryNow: vi.fn() } satisfies Stream;
        const heard = new Map<string, FeedMessage[]>();
        const hub = new Hub<string>(stream, (client, message) =>
            heard.set(client, [...(heard.get(client) ?? []), message]),
        );
        return { stream, hub, of: (client: string) => heard.get(client) ?? [] };
    }

    it('opens one stream for many pages and closes it with the last', () => {
        const { stream, hub } = farm();
        hub.hear('a', { kind: 'join', since: 5 });
        hub.hear('b', { kind: 'join', since: 5 });
        expect(stream.start).toHaveBeenCalledExactlyOnceWith(5);
        stream.stop.mockClear();
        hub.hear('a', { kind: 'leave' });
        expect(stream.stop).not.toHaveBeenCalled();
        hub.hear('b', { kind: 'leave' });
        expect(stream.stop).toHaveBeenCalledOnce();
    });

    it('tells a page that joins what changed since it read', () => {
        const { hub, of } = farm();
        hub.hear('a', { kind: 'join', since: 5 });
        for (const revision of [6, 7, 8]) hub.pass(changed(revision));
        hub.hear('b', { kind: 'join', since: 7 });
        expect(of('a').map((message) => (message as Changed).revision)).toEqual([6, 7, 8]);
        expect(of('b').map((message) => (message as Changed).revision)).toEqual([8]);
    });

    it('tells a page to read again when it joins from before what is kept', () => {
        const { hub, of } = farm();
        hub.hear('a', { kind: 'join', since: 5 });
        for (let revision = 6; revision < 900; revision++) hub.pass(changed(revision));
        hub.hear('late', { kind: 'join', since: 10 });
        hub.hear('early', { kind: 'join', since: 2 });
        expect(of('late')).toEqual([{ kind: 'reset' }]);
        expect(of('early')).toEqual([{ kind: 'reset' }]);
    });

    it('keeps telling after a reset', () => {
        const { hub, of } = farm();
        hub.hear('a', { kind: 'join', since: 5 });
        hub.pass({ kind: 'reset' });
        hub.hear('b', { kind: 'join', since: 6 });
        expect(of('b')).toEqual([{ kind: 'reset' }]);
        hub.pass(changed(20));
        hub.hear('c', { kind: 'join', since: 19 });
        expect(of('c')).toEqual([changed(20)]);
    });

    it('starts anew when a page joins after a refusal', () => {
        const { stream, hub } = farm();
        hub.hear('a', { kind: 'join', since: 5 });
        hub.pass({ kind: 'standing', standing: 'denied', since: 0 });
        hub.hear('b', { kind: 'join', since: 9 });
        expect(stream.start).toHaveBeenLastCalledWith(9);
    });
});

describe('Refresher', () => {
    it('reads once more what changed while it was read, and never twice at once', async () => {
        vi.useFakeTimers();
        let reading = 0;
        let most = 0;
        let reads = 0;
        const refresher = new Refresher(
            async () => {
                most = Math.max(most, ++reading);
                reads++;
                await new Promise((resolve) => setTimeout(resolve, 100));
                reading--;
            },
            () => Date.now(),
        );
        for (let n = 0; n < 10; n++) refresher.mark(['jobs']);
        await vi.advanceTimersByTimeAsync(50);
        refresher.mark(['jobs']);
        await vi.advanceTimersByTimeAsync(2000);
        expect({ reads, most }).toEqual({ reads: 2, most: 1 });
        vi.useRealTimers();
    });

    it('reads at most four times a second', async () => {
        vi.useFakeTimers();
        let reads = 0;
        const refresher = new Refresher(
            async () => void reads++,
            () => Date.now(),
        );
        for (let n = 0; n < 100; n++) {
            refresher.mark(['nodes']);
            await vi.advanceTimersByTimeAsync(20);
        }
        expect(reads).toBeGreaterThanOrEqual(7);
        expect(reads).toBeLessThanOrEqual(9);
        vi.useRealTimers();
    });

    it('keeps marks while paused', async () => {
        const read = vi.fn(async () => undefined);
        const refresher = new Refresher(read);
        refresher.pause(true);
        refresher.mark(['jobs']);
        expect(read).not.toHaveBeenCalled();
        refresher.pause(false);
        expect(read).toHaveBeenCalledExactlyOnceWith(['jobs']);
    });
});
