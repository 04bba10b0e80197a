import { useCallback, useEffect, useMemo, useState } from 'react';
import { newest, nextPicture, type Place } from './flipModel';

export interface Flip {
    places: readonly Place[];
    /** The place that is shown; -1 where there are none. */
    at: number;
    place: Place | undefined;
    /** Whether it goes along with the newest picture. */
    following: boolean;
    playing: boolean;
    go(at: number): void;
    goToTask(index: number): void;
    follow(): void;
    play(on: boolean): void;
    /** Moves on to the next picture. */
    tick(): void;
}

/** The playhead, shared by strip and flip-book. It follows the newest picture until somebody moves it. */
export function useFlip(list: readonly Place[]): Flip {
    const [chosen, setChosen] = useState<number>();
    const [playing, setPlaying] = useState(false);
    const last = list.length - 1;
    const following = chosen === undefined;
    const at = following ? (newest(list) ?? Math.min(0, last)) : Math.min(chosen, last);

    const go = useCallback(
        (to: number) => {
            setPlaying(false);
            setChosen(last < 0 ? undefined : ((to % (last + 1)) + last + 1) % (last + 1));
        },
        [last],
    );
    useEffect(() => {
        if (playing && !list.some((place) => place.output)) setPlaying(false);
    }, [playing, list]);

    return useMemo(
        () => ({
            places: list,
            at,
            place: list[at],
            following,
            playing,
            go,
            goToTask: (index) => {
                const to = list.findIndex((place) => place.index === index);
                if (to >= 0) go(to);
            },
            follow: () => {
                setPlaying(false);
                setChosen(undefined);
            },
            play: setPlaying,
            tick: () => setChosen(nextPicture(list, at)),
        }),
        [list, at, following, playing, go],
    );
}
