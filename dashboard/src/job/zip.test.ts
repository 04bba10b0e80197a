import { describe, expect, it } from 'vitest';
import type { Place } from './flipModel';
import { chosen, readFrames, written } from './zipModel';

const place = (label: string, bytes?: number): Place => ({
    index: Number(label) - 1,
    label,
    state: bytes === undefined ? 'waiting' : 'done',
    output:
        bytes === undefined
            ? undefined
            : { step: 's', index: Number(label) - 1, label, run: 'r', path: `/out/${label}.png`, bytes },
});

describe('frames to download', () => {
    it('are read as people write them', () => {
        expect(readFrames('')).toEqual([]);
        expect(readFrames(' 1-10, 15 ,')).toEqual([
            [1, 10],
            [15, 15],
        ]);
        expect(readFrames('-5--2')).toEqual([[-5, -2]]);
        for (const text of ['a', '1-', '3-1', '1..5', '1-2-3', '1 2']) expect(readFrames(text)).toBeUndefined();
    });

    it('are written so that none comes twice', () => {
        expect(written(readFrames('15, 1-10, 5-12, 13, 20') ?? [])).toBe('1-13,15,20');
        expect(written(readFrames('3') ?? [])).toBe('3');
    });

    it('are counted before they are downloaded', () => {
        const places = [place('1', 1024), place('2', 1024), place('3'), place('4', 2048)];
        expect(chosen('j', 's', places, '')).toEqual({
            address: '/api/v1/jobs/j/outputs.zip?step=s',
            says: '3 files, 4.0 KB',
            wrong: false,
        });
        expect(chosen('j', 's', places, '2-4')).toMatchObject({
            address: '/api/v1/jobs/j/outputs.zip?step=s&frames=2-4',
            says: '2 files, 3.0 KB',
        });
        expect(chosen('j', 's', places, '3')).toMatchObject({ address: undefined, wrong: true });
        expect(chosen('j', 's', places, 'x').says).toBe('Frames are written like 1-10, 15.');
    });
});
