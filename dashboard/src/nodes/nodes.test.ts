import { describe, expect, it } from 'vitest';
import type { Node, Run } from '../api/types';
import { heading, inSlots, isQuarantined, matches } from './nodeWords';

function node(name: string, more: Partial<Node> = {}): Node {
    return {
        id: name,
        name,
        state: 'online',
        amounts: {},
        free: {},
        attributes: {},
        slots: 2,
        runs: [],
        instances: [],
        ...more,
    };
}

const run = (id: string, state: Run['state']) => ({ id, state }) as Run;
const QUARANTINED = { quarantine: '3 tasks in a row failed here', slots: 0 };

describe('nodes', () => {
    it('are answered for with what needs a person', () => {
        expect(heading([node('a'), node('b', QUARANTINED)])).toBe('2 nodes up, all idle. b is quarantined.');
        expect(heading([node('a', { state: 'lost' }), node('b', QUARANTINED), node('c', QUARANTINED)])).toBe(
            '2 of 3 nodes up, all idle. a is silent. 2 are quarantined.',
        );
    });

    it('are quarantined only while they are here, and found by that word', () => {
        expect(isQuarantined(node('a', { ...QUARANTINED, state: 'offline' }))).toBe(false);
        expect(matches(node('a', QUARANTINED), 'quarantined')).toBe(true);
        expect(matches(node('a'), 'quarantined')).toBe(false);
    });

    it('count what waits behind a run in no slot', () => {
        const busy = node('a', { runs: [run('1', 'running'), run('2', 'assigned')] });
        expect(inSlots(busy).map(({ id }) => id)).toEqual(['1']);
        expect(heading([busy])).toBe('1 node up, 1 of 3 slots busy');
        expect(inSlots(node('a', { runs: [run('1', 'assigned')] }))).toHaveLength(1);
    });
});
