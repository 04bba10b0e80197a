import { useQuery } from '@tanstack/react-query';
import { type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import { attemptsQuery, taskExplainQuery } from '../api/queries';
import type { JobDetail } from '../api/types';
import { useProgress } from '../live/LiveFarm';
import { Icon, State } from '../parts/Icon';
import { useKeys } from '../parts/keys';
import { isOver, taskLook, type Tone } from '../parts/looks';
import { token, useTheme } from '../parts/theme';
import { join, number, percent } from '../parts/words';
import { address, nextPicture, type Place } from './flipModel';
import { Pictures } from './pictures';
import { penFor } from './stripPaint';
import type { Flip } from './useFlip';
import { useWidth } from './useWidth';
import { chosen } from './zipModel';

const SPEEDS = [24, 12, 6] as const;

/** Pictures while they are made, and the film when it is there. */
export function FlipBook({
    job,
    step,
    flip,
    film,
}: {
    job: JobDetail;
    step: string;
    flip: Flip;
    film: string | undefined;
}) {
    const [frames, setFrames] = useState(false);
    const stage = useRef<HTMLDivElement>(null);
    const [speed, setSpeed] = useState<number>(SPEEDS[0]);
    const showFilm = film !== undefined && !frames;
    const picture = flip.place?.output;
    const anyPicture = flip.places.some((place) => place.output);
    const [zipping, setZipping] = useState(false);

    useKeys({
        ' ': () => !showFilm && anyPicture && flip.play(!flip.playing),
        ArrowLeft: () => !showFilm && flip.go(flip.at - 1),
        ArrowRight: () => !showFilm && flip.go(flip.at + 1),
    });
    return (
        <section className="panel flip" aria-label={showFilm ? 'Film' : 'Flip-book'}>
            <div className="stage" ref={stage}>
                {showFilm ? (
                    <video
                        key={film}
                        src={film}
                        controls
                        muted
                        loop
                        playsInline
                        preload="metadata"
                        aria-label={`Film of ${job.name}`}
                    />
                ) : (
                    <Stage job={job} step={step} flip={flip} speed={speed} />
                )}
            </div>
            {!showFilm && <Scrub flip={flip} />}
            <div className="ctl">
                {showFilm ? (
                    <span className="said grow cut">the encoded film, {flip.places.length} frames</span>
                ) : (
                    <>
                        <button className="btn quiet icon" aria-label="Frame back" onClick={() => flip.go(flip.at - 1)}>
                            <Icon name="prev" />
                        </button>
                        <button
                            className="btn quiet icon"
                            aria-label={flip.playing ? 'Pause' : 'Play'}
                            disabled={!anyPicture}
                            title={anyPicture ? 'Play or pause (Space)' : 'No picture yet'}
                            onClick={() => flip.play(!flip.playing)}
                        >
                            <Icon name={flip.playing ? 'pause' : 'running'} />
                        </button>
                        <button className="btn quiet icon" aria-label="Frame on" onClick={() => flip.go(flip.at + 1)}>
                            <Icon name="next" />
                        </button>
                        <span className="fr">
                            {flip.place && (
                                <>
                                    {flip.place.label} <small>of {number(flip.places.length)}</small>
                                </>
                            )}
                        </span>
                        <span className="said grow cut">
                            {picture &&
                                join([picture.width && `${picture.width} × ${picture.height}`, fileName(picture.path)])}
                        </span>
                        {!flip.following && !isOver(job.state) && job.counts.running > 0 && (
                            <button className="btn quiet small" onClick={flip.follow}>
                                Newest
                            </button>
                        )}
                        <button
                            className="btn quiet small desk2"
                            title="Speed of playing"
                            onClick={() => setSpeed(SPEEDS[(SPEEDS.indexOf(speed as 24) + 1) % SPEEDS.length] ?? 24)}
                        >
                            {speed} fps
                        </button>
                    </>
                )}
                {film !== undefined && (
                    <div className="seg" role="group" aria-label="What to show">
                        <button aria-pressed={showFilm} onClick={() => setFrames(false)}>
                            Film
                        </button>
                        <button aria-pressed={!showFilm} onClick={() => setFrames(true)}>
                            Frames
                        </button>
                    </div>
                )}
                {anyPicture && (
                    <button
                        className="btn quiet icon"
                        aria-label="Download frames"
                        title="Download frames"
                        aria-expanded={zipping}
                        onClick={() => setZipping(!zipping)}
                    >
                        <Icon name="download" />
                    </button>
                )}
                {!showFilm && (
                    <button
                        className="btn quiet icon desk2"
                        aria-label="Full screen"
                        title="Full screen"
                        onClick={() => void stage.current?.requestFullscreen?.()}
                    >
                        <Icon name="full" />
                    </button>
                )}
            </div>
            {zipping && anyPicture && <Zip job={job} step={step} flip={flip} close={() => setZipping(false)} />}
        </section>
    );
}

/** All frames that are done, or some of them, in one archive. */
function Zip({ job, step, flip, close }: { job: JobDetail; step: string; flip: Flip; close: () => void }) {
    const [text, setText] = useState('');
    const { address: archive, says, wrong } = chosen(job.id, step, flip.places, text);
    return (
        <form
            className="zip"
            aria-label="Download frames"
            onSubmit={(event) => {
                event.preventDefault();
                if (archive) location.assign(archive);
            }}
            onKeyDown={(event) => event.key === 'Escape' && close()}
        >
            <label className="grow">
                Frames{' '}
                <input
                    className="input"
                    autoFocus
                    autoComplete="off"
                    spellCheck={false}
                    placeholder="all that are done, or 1-10, 15"
                    aria-invalid={wrong}
                    aria-describedby="zip-says"
                    value={text}
                    onChange={(event) => setText(event.target.value)}
                />
            </label>
            <span id="zip-says" className={`s ${wrong ? 'bad' : 't2'}`} role="status">
                {says}
            </span>
            {archive ? (
                <a className="btn small" href={archive} download>
                    <Icon name="download" size="s" /> Zip
                </a>
            ) : (
                <button className="btn small" disabled title={says}>
                    <Icon name="download" size="s" /> Zip
                </button>
            )}
        </form>
    );
}

function fileName(path: string): string {
    return path.split(/[\\/]/).pop() ?? path;
}

/** The picture at the playhead, or why there is none. The former one stays until the next is decoded. */
function Stage({ job, step, flip, speed }: { job: JobDetail; step: string; flip: Flip; speed: number }) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const pictures = useRef(new Pictures(160));
    const [width, measure] = useWidth<HTMLDivElement>();
    const { place, playing } = flip;
    const output = place?.output;

    useEffect(() => {
        let late = false;
        const show = (picture: HTMLImageElement | undefined) => {
            if (picture && !late && canvas.current) paintContained(canvas.current, picture);
        };
        if (output) {
            const quick = address(output, false);
            const whole = address(output, true);
            if (quick) void pictures.current.load(quick).then(show);
            const timer = setTimeout(() => {
                if (whole && whole !== quick && !playing) void pictures.current.load(whole).then(show);
            }, 120);
            return () => {
                late = true;
                clearTimeout(timer);
            };
        }
        return undefined;
    }, [output, playing, width]);

    const latest = useRef(flip);
    useEffect(() => {
        latest.current = flip;
    });
    useEffect(() => {
        if (!playing) return undefined;
        const timer = setInterval(() => {
            const { places, at, tick } = latest.current;
            if (isHere(pictures.current, places, nextPicture(places, at))) tick();
            fetchAhead(pictures.current, places, at);
        }, 1000 / speed);
        return () => clearInterval(timer);
    }, [playing, speed]);

    return (
        <div className="fill" ref={measure}>
            <canvas
                ref={canvas}
                role="img"
                aria-label={output ? `Frame ${place?.label}` : 'No picture'}
                className={output ? '' : 'gone'}
            />
            {!output && <Missing job={job} step={step} place={place} />}
        </div>
    );
}

function isHere(pictures: Pictures, places: readonly Place[], at: number): boolean {
    const output = places[at]?.output;
    const wanted = output && address(output, false);
    return wanted === undefined || pictures.get(wanted) !== undefined;
}

function fetchAhead(pictures: Pictures, places: readonly Place[], at: number): void {
    for (let ahead = 0, next = at; ahead < 24; ahead++) {
        next = nextPicture(places, next);
        isHere(pictures, places, next);
    }
}

function paintContained(canvas: HTMLCanvasElement, picture: HTMLImageElement): void {
    const fitted = penFor(canvas);
    if (!fitted) return;
    const { pen, width, height } = fitted;
    const scale = Math.min(width / picture.naturalWidth, height / picture.naturalHeight);
    const [w, h] = [picture.naturalWidth * scale, picture.naturalHeight * scale];
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
}

const WORDS: Partial<Record<Tone, string>> = {
    waiting: 'not started',
    blocked: 'waits for another step',
    done: 'done, no picture',
};

function Missing({ job, step, place }: { job: JobDetail; step: string; place: Place | undefined }) {
    const asks = place !== undefined && (place.state === 'running' || place.state === 'failed');
    const run = useQuery({ ...attemptsQuery(job.id, step, place?.index ?? 0), enabled: asks }).data?.items[0];
    const explains = place !== undefined && !asks && place.state !== 'done';
    const why = useQuery({ ...taskExplainQuery(job.id, step, place?.index ?? 0), enabled: explains }).data?.summary;
    const { progress, text } = useProgress(run ?? { id: '' });
    if (!place) {
        return (
            <div className="miss">
                <span className="t2">No frames yet</span>
            </div>
        );
    }
    const look = taskLook(place.state);
    return (
        <div className="miss">
            <State look={look} word={`frame ${place.label} ${WORDS[look.tone] ?? look.word}`} />
            {explains && why && <span className="s t3">{why}</span>}
            {asks && run && (
                <span className="s t3">
                    {place.state === 'running'
                        ? join([progress !== undefined && percent(progress), text, `on ${run.nodeName}`])
                        : (run.sentence ?? `on ${run.nodeName}`)}
                </span>
            )}
        </div>
    );
}

/** All frames in one line, with the playhead. */
function Scrub({ flip }: { flip: Flip }) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const [width, measure] = useWidth<HTMLDivElement>();
    const theme = useTheme();
    const { places, at } = flip;
    useEffect(() => {
        const fitted = canvas.current && penFor(canvas.current);
        if (!fitted) return;
        const { pen, height } = fitted;
        const wide = fitted.width / Math.max(1, places.length);
        places.forEach((place, i) => {
            const tone = place.output ? 'done' : place.state;
            pen.fillStyle =
                tone === 'done'
                    ? token('--text-3')
                    : tone === 'failed' || tone === 'running'
                      ? token(`--s-${tone}`)
                      : token('--line');
            pen.globalAlpha = tone === 'done' ? 0.7 : 1;
            const high = tone === 'done' ? 6 : tone === 'failed' || tone === 'running' ? 10 : 2;
            const x = Math.round(i * wide);
            pen.fillRect(x, height / 2 - high / 2, Math.max(1, Math.round((i + 1) * wide) - x), high);
        });
        pen.globalAlpha = 1;
    }, [places, width, theme]);

    const drag = useCallback(
        (event: PointerEvent<HTMLDivElement>) => {
            const box = event.currentTarget.getBoundingClientRect();
            const share = (event.clientX - box.left) / Math.max(1, box.width);
            flip.go(Math.max(0, Math.min(places.length - 1, Math.floor(share * places.length))));
        },
        [flip, places.length],
    );
    return (
        <div
            ref={measure}
            className="scrub"
            role="slider"
            tabIndex={0}
            aria-label="Frame"
            aria-valuemin={1}
            aria-valuemax={Math.max(1, places.length)}
            aria-valuenow={at + 1}
            aria-valuetext={flip.place ? `frame ${flip.place.label}, ${flip.place.state}` : 'none'}
            onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                drag(event);
            }}
            onPointerMove={(event) => event.buttons === 1 && drag(event)}
            onKeyDown={(event) => {
                const to = { Home: 0, End: places.length - 1, PageUp: at - 10, PageDown: at + 10 }[event.key];
                if (to === undefined) return;
                event.preventDefault();
                flip.go(Math.max(0, Math.min(places.length - 1, to)));
            }}
        >
            <canvas ref={canvas} aria-hidden="true" />
            {places.length > 0 && <i style={{ left: `${((at + 0.5) / places.length) * 100}%` }} />}
        </div>
    );
}
