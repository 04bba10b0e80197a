import { useQuery } from '@tanstack/react-query';
import { type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { attemptsQuery, taskExplainQuery } from '../api/queries';
import type { JobDetail, Strip, StripStep } from '../api/types';
import { useLiveFarm, useProgress } from '../live/LiveFarm';
import { Icon, State } from '../parts/Icon';
import { useKeys } from '../parts/keys';
import { runLook, taskLook, total, type Tone } from '../parts/looks';
import { token, useTheme } from '../parts/theme';
import { between, count, number, percent, span } from '../parts/words';
import { Pictures } from './pictures';
import { cellAt, FIT, labels, nextIn, settled, showing, ticks, toIndex, toX, type View, zoomed } from './stripModel';
import { paintCell, paintRow, penFor, rowOf, stripHeight } from './stripPaint';
import { TaskTable } from './TaskTable';
import type { Flip } from './useFlip';
import { useOpenLog } from './useOpenLog';
import { useWidth } from './useWidth';

/** Steps beyond this many are in the table only. */
const MOST_ROWS = 12;

/** A cell for each task of each step: where the job stands, at a glance. */
export function FrameStrip({
    job,
    strip,
    pictureStep,
    flip,
}: {
    job: JobDetail;
    strip: Strip;
    pictureStep: string;
    flip: Flip;
}) {
    const [asTable, setAsTable] = useState(false);
    const [view, setView] = useState<View>(FIT);
    const [width, measure] = useWidth<HTMLDivElement>();
    const steps = strip.steps.slice(0, MOST_ROWS);
    const main = steps.find((step) => step.id === pictureStep) ?? steps[0];
    const size = main?.size ?? 1;
    const at = flip.place?.index ?? 0;
    const zoomBy = (by: number) => setView((old) => zoomed(old, by, at, size, width));
    const fit = () => setView(FIT);
    const nextFailed = () => {
        const next = main && nextIn(main.cells, 'failed', flip.place?.index ?? -1);
        if (next === undefined) return;
        flip.goToTask(next);
        setView((old) => showing(old, next, size));
    };
    useKeys({ '+': () => zoomBy(1.8), '=': () => zoomBy(1.8), '-': () => zoomBy(1 / 1.8), '0': fit, f: nextFailed });

    if (!main) return null;
    return (
        <section className="panel strip" aria-label="Frames">
            <header>
                <h2>Frames</h2>
                {!asTable && <Key steps={steps} />}
                {!asTable && (
                    <div className="seg" role="group" aria-label="Zoom">
                        <button aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoomBy(1 / 1.8)}>
                            <Icon name="minus" />
                        </button>
                        <button aria-label="Fit" title="Fit (0)" onClick={fit}>
                            <Icon name="fit" />
                        </button>
                        <button aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoomBy(1.8)}>
                            <Icon name="plus" />
                        </button>
                    </div>
                )}
                <button className="btn quiet small twin" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
                    <Icon name="table" size="s" />
                    {asTable ? 'Show as strip' : 'Show as table'}
                </button>
            </header>
            {asTable ? (
                <TaskTable job={job} steps={strip.steps} />
            ) : (
                <div className="body">
                    <div className="lab" aria-hidden="true">
                        {steps.map((step, row) => (
                            <div key={step.id} style={{ top: rowOf(row).top + rowOf(row).height / 2 - 16 }}>
                                <span className="cut" title={step.name}>
                                    {step.name}
                                </span>
                                <small>{said(step, job)}</small>
                            </div>
                        ))}
                    </div>
                    <div ref={measure} className="cells" style={{ height: stripHeight(steps.length) }}>
                        <Cells
                            job={job}
                            steps={steps}
                            main={main}
                            view={view}
                            setView={setView}
                            width={width}
                            flip={flip}
                        />
                    </div>
                </div>
            )}
            {main.binned && !asTable && (
                <p className="binned s t3">
                    {count(main.size, 'task')}: each cell stands for about{' '}
                    {count(Math.ceil(main.size / main.cells.length), 'task')}. The table names every one.
                </p>
            )}
        </section>
    );
}

function done(step: StripStep): number {
    return step.cells.reduce((sum, cell) => sum + cell.counts.done, 0);
}

function said(step: StripStep, job: JobDetail): string {
    const detail = job.steps.find((candidate) => candidate.id === step.id);
    if (detail?.state === 'blocked') {
        const names = detail.dependsOn.map((id) => job.steps.find((other) => other.id === id)?.name ?? id);
        return `after ${names.join(', ')}`;
    }
    return `${number(detail?.counts.done ?? done(step))} of ${number(step.size)}`;
}

const TONES: Tone[] = ['done', 'running', 'failed', 'held', 'waiting', 'blocked', 'cancelled'];

/** What the cells' looks mean; only those that are there. */
function Key({ steps }: { steps: StripStep[] }) {
    const there = new Set<string>();
    for (const step of steps) for (const cell of step.cells) if (cell.state) there.add(cell.state);
    for (const step of steps) if (step.cells.some((cell) => cell.counts.failed > 0)) there.add('failed');
    return (
        <div className="key">
            {TONES.filter((tone) => there.has(tone)).map((tone) => (
                <span key={tone}>
                    <KeyCell tone={tone} />
                    {tone}
                </span>
            ))}
        </div>
    );
}

function KeyCell({ tone }: { tone: Tone }) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const theme = useTheme();
    useEffect(() => {
        const fitted = canvas.current && penFor(canvas.current);
        if (fitted)
            paintCell(fitted.pen, 0, tone === 'failed' ? 6 : 2, fitted.width, tone === 'failed' ? 10 : 12, tone, 0.6);
    }, [tone, theme]);
    return <canvas ref={canvas} aria-hidden="true" />;
}

interface Spot {
    step: StripStep;
    index: number;
    x: number;
    y: number;
}

function Cells({
    job,
    steps,
    main,
    view,
    setView,
    width,
    flip,
}: {
    job: JobDetail;
    steps: StripStep[];
    main: StripStep;
    view: View;
    setView: (change: (view: View) => View) => void;
    width: number;
    flip: Flip;
}) {
    const live = useLiveFarm();
    const theme = useTheme();
    const openLog = useOpenLog(job.id);
    const canvas = useRef<HTMLCanvasElement>(null);
    const [spot, setSpot] = useState<Spot>();
    const [arrivals, setArrivals] = useState(0);
    const pictures = useMemo(() => new Pictures(300, () => setArrivals((n) => n + 1)), []);
    const label = useMemo(() => labels(main), [main]);
    const thumbnails = useMemo(() => {
        const found = new Map<number, string>();
        for (const { index, output } of flip.places) if (output?.thumbnail) found.set(index, output.thumbnail);
        return found;
    }, [flip.places]);

    const paint = useCallback(() => {
        const fitted = canvas.current && penFor(canvas.current);
        if (!fitted) return;
        const { pen } = fitted;
        const shares = new Map<string, number>();
        for (const run of live.runsOf(job.id)) shares.set(`${run.step} ${run.index}`, run.progress ?? 0);
        pen.font = `11px ${token('--sans')}`;
        pen.textBaseline = 'middle';
        pen.fillStyle = token('--text-3');
        for (const tick of ticks(main.size, view, fitted.width, label)) {
            const left = toX(tick.index, view, main.size, fitted.width);
            const cell = toX(tick.index + 1, view, main.size, fitted.width) - left;
            const edge = tick.index === 0;
            const end = tick.index === main.size - 1 && !edge;
            pen.textAlign = edge ? 'left' : end ? 'right' : 'center';
            const x = edge ? left : end ? left + cell : left + cell / 2;
            if (x > -20 && x < fitted.width + 1) pen.fillText(tick.text, x, 6);
        }
        steps.forEach((step, row) =>
            paintRow(pen, step, row, scaled(view, main, step), fitted.width, {
                share: (id, index) => shares.get(`${id} ${index}`) ?? 0,
                picture: (id, index) => {
                    const address = id === main.id ? thumbnails.get(index) : undefined;
                    return address === undefined ? undefined : pictures.get(address);
                },
            }),
        );
    }, [live, job.id, main, steps, view, label, thumbnails, pictures]);

    useEffect(paint, [paint, width, theme, arrivals]);
    useEffect(() => live.subscribeRuns(paint), [live, paint]);

    const find = (event: { clientX: number; clientY: number }): Spot | undefined => {
        const box = canvas.current?.getBoundingClientRect();
        if (!box) return undefined;
        const y = event.clientY - box.top;
        const row = steps.findIndex((_, at) => y >= rowOf(at).top - 8 && y <= rowOf(at).top + rowOf(at).height + 6);
        const step = steps[row];
        if (!step) return undefined;
        const index = toIndex(event.clientX - box.left, scaled(view, main, step), step.size, box.width);
        return index >= 0 && index < step.size
            ? { step, index, x: event.clientX - box.left, y: rowOf(row).top + rowOf(row).height + 10 }
            : undefined;
    };
    const pan = usePan(view, setView, main.size, width);
    const choose = (event: PointerEvent) => {
        const hit = find(event);
        if (!hit) return;
        if (hit.step.id === main.id) flip.goToTask(hit.index);
        else openLog(hit.step.id, hit.index);
    };

    useEffect(() => {
        const element = canvas.current;
        const turn = (event: WheelEvent) => {
            if (!element || (!event.ctrlKey && !event.shiftKey)) return;
            event.preventDefault();
            const box = element.getBoundingClientRect();
            setView((old) =>
                event.ctrlKey
                    ? zoomed(
                          old,
                          event.deltaY < 0 ? 1.25 : 0.8,
                          toIndex(event.clientX - box.left, old, main.size, box.width),
                          main.size,
                          box.width,
                      )
                    : settled(
                          {
                              ...old,
                              left: old.left + ((event.deltaY || event.deltaX) * main.size) / (box.width * old.zoom),
                          },
                          main.size,
                      ),
            );
        };
        element?.addEventListener('wheel', turn, { passive: false });
        return () => element?.removeEventListener('wheel', turn);
    }, [main.size, setView]);

    const head = flip.place ? toX(flip.place.index + 0.5, view, main.size, width) : -1;
    return (
        <>
            <canvas
                ref={canvas}
                role="img"
                aria-label={steps.map((step) => `${step.name}: ${summary(step)}`).join('; ')}
                onPointerDown={pan.begin}
                onPointerMove={(event) => {
                    pan.move(event);
                    if (event.pointerType === 'mouse') setSpot(find(event));
                }}
                onPointerUp={(event) => pan.end() || choose(event)}
                onPointerCancel={() => pan.end()}
                onPointerLeave={() => setSpot(undefined)}
            />
            {head >= 0 && head <= width && <i className="playhead" style={{ left: head }} aria-hidden="true" />}
            {view.zoom > 1 && (
                <i className="scroll" aria-hidden="true">
                    <i style={{ left: `${(view.left / main.size) * 100}%`, width: `${100 / view.zoom}%` }} />
                </i>
            )}
            {spot && (
                <HoverCard
                    key={`${spot.step.id} ${spot.index}`}
                    job={job}
                    spot={spot}
                    width={width}
                    picture={spot.step.id === main.id ? thumbnails.get(spot.index) : undefined}
                />
            )}
        </>
    );
}

/** The view of the main step in the measure of another, so that all rows zoom as one. */
function scaled(view: View, main: StripStep, step: StripStep): View {
    return { zoom: view.zoom, left: (view.left / main.size) * step.size };
}

function summary(step: StripStep): string {
    const sums = { done: 0, running: 0, failed: 0, waiting: 0 };
    for (const cell of step.cells) {
        sums.done += cell.counts.done;
        sums.running += cell.counts.running;
        sums.failed += cell.counts.failed;
        sums.waiting += cell.counts.waiting;
    }
    return `${sums.done} done, ${sums.running} running, ${sums.failed} failed, ${sums.waiting} waiting`;
}

/** Dragging moves a zoomed strip; a press that did not move is a choice. */
function usePan(view: View, setView: (change: (view: View) => View) => void, size: number, width: number) {
    const from = useRef<{ x: number; left: number; moved: boolean }>(undefined);
    return {
        begin: (event: PointerEvent) => {
            from.current = { x: event.clientX, left: view.left, moved: false };
            event.currentTarget.setPointerCapture(event.pointerId);
        },
        move: (event: PointerEvent) => {
            const start = from.current;
            if (!start || event.buttons !== 1) return;
            const by = event.clientX - start.x;
            start.moved ||= Math.abs(by) > 4;
            if (start.moved && view.zoom > 1) {
                setView((old) => settled({ ...old, left: start.left - (by * size) / (width * old.zoom) }, size));
            }
        },
        /** Answers whether it was a drag. */
        end: () => {
            const moved = from.current?.moved ?? false;
            from.current = undefined;
            return moved;
        },
    };
}

/** What is known of the task under the pointer. */
function HoverCard({
    job,
    spot,
    width,
    picture,
}: {
    job: JobDetail;
    spot: Spot;
    width: number;
    picture: string | undefined;
}) {
    const [asks, setAsks] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setAsks(true), 150);
        return () => clearTimeout(timer);
    }, []);
    const cell = cellAt(spot.step.cells, spot.index);
    const state = cell?.state;
    const run = useQuery({
        ...attemptsQuery(job.id, spot.step.id, spot.index),
        enabled: asks && state !== undefined && state !== 'waiting' && state !== 'blocked',
    }).data?.items[0];
    const why = useQuery({
        ...taskExplainQuery(job.id, spot.step.id, spot.index),
        enabled: asks && state !== undefined && state !== 'done' && state !== 'running',
    }).data?.summary;
    const { progress } = useProgress(run ?? { id: '' });
    const name = labels(spot.step)(spot.index) ?? `#${spot.index + 1}`;
    const took = run && between(run.startedAt ?? run.placedAt, run.endedAt, Date.now());
    return (
        <div className="hovercard pop" style={{ left: Math.max(0, Math.min(width - 224, spot.x - 112)), top: spot.y }}>
            {picture && <img className="pic" src={picture} alt="" />}
            {state === undefined && cell ? (
                <p className="bin">
                    {count(total(cell.counts), 'task')} from {cell.label ?? name}: {number(cell.counts.done)} done,{' '}
                    {number(cell.counts.running)} running, {number(cell.counts.failed)} failed
                </p>
            ) : (
                <div className="meta">
                    <b className="b">
                        {spot.step.name} {name}
                    </b>
                    <State
                        look={
                            run && run.state !== 'done' && state === 'running'
                                ? runLook(run.state)
                                : taskLook(state ?? 'waiting')
                        }
                    />
                    <span className="t2">{run?.nodeName ?? 'no node yet'}</span>
                    <span className="t2">
                        {state === 'running' && progress !== undefined ? percent(progress) : took ? span(took) : ''}
                    </span>
                    {run?.sentence && state !== 'done' && <span className="says">{run.sentence}</span>}
                    {why && state !== 'done' && state !== 'running' && <span className="why">{why}</span>}
                </div>
            )}
        </div>
    );
}
