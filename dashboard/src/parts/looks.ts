/** How each state looks: a tone (colour and pattern), a silhouette and a word, always together. */
import type { Counts, JobState, Node, Run, TaskState } from '../api/types';

export type Tone = 'waiting' | 'blocked' | 'loading' | 'running' | 'done' | 'failed' | 'held' | 'cancelled';

export interface Look {
    tone: Tone;
    icon: string;
    word: string;
}

const plain = (tone: Tone): Look => ({ tone, icon: tone, word: tone });

export function jobLook(state: JobState): Look {
    return state === 'cancelling' ? { tone: 'cancelled', icon: 'cancelled', word: 'cancelling' } : plain(state);
}

export function taskLook(state: TaskState): Look {
    return plain(state);
}

export function runLook(state: Run['state']): Look {
    switch (state) {
        case 'assigned':
            return { tone: 'waiting', icon: 'waiting', word: 'assigned' };
        case 'cancelling':
            return { tone: 'cancelled', icon: 'cancelled', word: 'cancelling' };
        case 'interrupted':
            return { tone: 'cancelled', icon: 'cancelled', word: 'interrupted' };
        case 'lost':
            return { tone: 'failed', icon: 'lost', word: 'lost' };
        default:
            return plain(state);
    }
}

/** A quarantine shows while the node is online; who is gone is gone first of all. */
export function nodeLook({ state, quarantine }: Pick<Node, 'state' | 'quarantine'>): Look {
    if (state === 'online' && quarantine !== undefined) return { tone: 'held', icon: 'held', word: 'quarantined' };
    switch (state) {
        case 'online':
            return { tone: 'done', icon: 'done', word: 'online' };
        case 'lost':
            return { tone: 'failed', icon: 'lost', word: 'lost' };
        case 'offline':
            return { tone: 'cancelled', icon: 'cancelled', word: 'offline' };
    }
}

export function isOver(state: JobState): boolean {
    return state === 'done' || state === 'cancelled';
}

export function total(counts: Counts): number {
    return counts.waiting + counts.running + counts.done + counts.failed;
}

const ORDER: readonly Tone[] = ['done', 'running', 'loading', 'failed', 'held', 'blocked', 'waiting', 'cancelled'];

/** The parts of a progress bar, in their fixed order: what waits takes the tone of why it waits. */
export function parts(counts: Counts, state: JobState | TaskState): [Tone, number][] {
    const rest: Tone = state === 'held' || state === 'blocked' ? state : isStopped(state) ? 'cancelled' : 'waiting';
    const found = new Map<Tone, number>([
        ['done', counts.done],
        ['running', counts.running],
        ['failed', counts.failed],
        [rest, counts.waiting],
    ]);
    return ORDER.flatMap((tone): [Tone, number][] => {
        const share = found.get(tone) ?? 0;
        return share > 0 ? [[tone, share]] : [];
    });
}

function isStopped(state: JobState | TaskState): boolean {
    return state === 'cancelled' || state === 'cancelling';
}
