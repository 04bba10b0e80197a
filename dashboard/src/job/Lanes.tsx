import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
    type CSSProperties,
    type KeyboardEvent,
    type MouseEvent,
    type ReactNode,
    useCallback,
    useEffect,
    useMemo,
    useRef,
    useState,
} from 'react';
import { laneRunsQuery } from '../api/queries';
import type { JobDetail, Run } from '../api/types';
import { useProgress } from '../live/LiveFarm';
import { Icon, State } from '../parts/Icon';
import { isOver, runLook } from '../parts/looks';
import { Empty, Failed, Loading } from '../parts/Situations';
import { token, useTheme } from '../parts/theme';
import { useNow } from '../parts/time';
import { between, clock, count, join, number, percent, span, taskName } from '../parts/words';
import {
    barTop,
    extent,
    type Lane,
    laneAt,
    type LaneRun,
    type Layout,
    layOut,
    moments,
    momentText,
    runAt,
    type Step,
    stepFrom,
} from './laneModel';
import { MOST_RUNS } from './laneRuns';
import { barOf, paintLane, type Scale } from './lanePaint';
import { FIT, settled, showing, toX, type View, zoomed } from './stripModel';
import { penFor } from './stripPaint';
import { useSize } from './useWidth';

/** How near to a bar a point may be to mean it (px). */
const NEAR = 4;

/** What each node did when: a lane for a node, a bar for a run. A press opens the run's log. */
export function Lanes({ job, open, twin }: { job: JobDetail; open: (run: string) => void; twin: ReactNode }) {
    const read = useQuery(laneRunsQuery(job.id));
    const layout = useMemo(() => layOut(read.data?.runs ?? []), [read.data]);
    if (read.isPending) return <Loading rows={6} />;
    if (read.isError && layout.lanes.length === 0)
        return <Failed error={read.error} again={() => void read.refetch()} />;
    if (layout.lanes.length === 0) {
        return (
            <Empty title="No run yet">
                <p>{job.reason || 'Each attempt at a task appears here, on the node that made it.'}</p>
            </Empty>
        );
    }
    return <Chart job={job} layout={layout} whole={read.data?.next === undefined} open={open} twin={twin} />;
}

/** What the pointer or the keyboard is on. */
interface Spot {
    run: LaneRun;
    /** Where its card hangs, in the window. */
    x: number;
    y: number;
}

function Chart({
    job,
    layout,
    whole,
    open,
    twin,
}: {
    job: JobDetail;
    layout: Layout;
    whole: boolean;
    open: (run: string) => void;
    twin: ReactNode;
}) {
    const now = useNow(1000);
    const theme = useTheme();
    const [view, setView] = useState<View>(FIT);
    const [here, setHere] = useState<string>();
    const [focused, setFocused] = useState(false);
    const [spot, setSpot] = useState<Spot>();
    const [scroll, setScroll] = useState(0);
    const [width, height, measure] = useSize<HTMLCanvasElement>();
    const canvas = useRef<HTMLCanvasElement>(null);
    const pane = useRef<HTMLDivElement>(null);

    const eta = job.eta === undefined ? undefined : Date.parse(job.eta.p50);
    const { from, to } = extent(layout, now, isOver(job.state) || job.state === 'failed', eta);
    // The view counts in seconds, of which the axis has so many.
    const size = Math.max(1, (to - from) / 1000);
    const x = useCallback(
        (moment: number) => toX((moment - from) / 1000, view, size, width),
        [from, view, size, width],
    );
    const scale = useMemo<Scale>(() => ({ x, now, width }), [x, now, width]);
    const first = Math.max(0, laneAt(layout.lanes, scroll));
    const last = laneAt(layout.lanes, scroll + height);
    const seen = layout.lanes.slice(first, last < 0 ? undefined : last + 1);

    const paint = useCallback(() => {
        const fitted = canvas.current && penFor(canvas.current);
        if (!fitted) return;
        const { pen } = fitted;
        for (const lane of seen) {
            pen.fillStyle = token('--line');
            pen.fillRect(0, Math.round(lane.top + lane.height - scroll) - 1, width, 1);
            paintLane(pen, lane, lane.top - scroll, scale);
        }
        const chosen = focused && here !== undefined ? find(seen, here) : undefined;
        if (chosen) {
            const [left, top, w, h] = barOf(chosen.run, chosen.lane, chosen.lane.top - scroll, scale);
            pen.lineWidth = 2;
            for (const [colour, out] of [
                ['--focus-edge', 4],
                ['--focus', 2],
            ] as const) {
                pen.strokeStyle = token(colour);
                pen.strokeRect(left - out, top - out, w + 2 * out, h + 2 * out);
            }
        }
    }, [seen, scroll, scale, width, focused, here]);
    // A resize of the canvas clears it, so its height is among the reasons to paint.
    useEffect(paint, [paint, theme, height]);

    const spotOf = (lane: Lane, run: LaneRun): Spot | undefined => {
        const box = canvas.current?.getBoundingClientRect();
        if (!box) return undefined;
        const [at, , wide] = barOf(run, lane, 0, scale);
        const left = Math.max(0, Math.min(width, at + wide / 2));
        return { run, x: box.left + left, y: box.top + lane.top - scroll + barTop(lane, run.row) + lane.bar + 6 };
    };
    const hit = (event: MouseEvent): { lane: Lane; run: LaneRun } | undefined => {
        const box = canvas.current?.getBoundingClientRect();
        if (!box) return undefined;
        const y = event.clientY - box.top + scroll;
        const lane = layout.lanes[laneAt(layout.lanes, y)];
        if (!lane) return undefined;
        const moment = from + ((event.clientX - box.left) / (width * view.zoom)) * size * 1000 + view.left * 1000;
        const slack = (NEAR * size * 1000) / (width * view.zoom);
        const row = Math.max(0, Math.min(lane.rows - 1, Math.floor((y - lane.top - barTop(lane, 0)) / (lane.bar + 2))));
        const run = waitingAt(lane, row, event.clientX - box.left, scale) ?? runAt(lane, row, moment, slack, now);
        return run && { lane, run };
    };
    const point = (event: MouseEvent) => {
        const met = hit(event);
        setSpot(met && spotOf(met.lane, met.run));
    };
    const zoomBy = (by: number, at = view.left + size / view.zoom / 2) =>
        setView((old) => zoomed(old, by, at, size, width));

    useEffect(() => {
        const element = canvas.current;
        const turn = (event: WheelEvent) => {
            if (!element || (!event.ctrlKey && !event.shiftKey)) return;
            event.preventDefault();
            const share = (event.clientX - element.getBoundingClientRect().left) / Math.max(1, width);
            setView((old) =>
                event.ctrlKey
                    ? zoomed(old, event.deltaY < 0 ? 1.25 : 0.8, old.left + (share * size) / old.zoom, size, width)
                    : settled(
                          { ...old, left: old.left + ((event.deltaY || event.deltaX) * size) / (width * old.zoom) },
                          size,
                      ),
            );
        };
        element?.addEventListener('wheel', turn, { passive: false });
        return () => element?.removeEventListener('wheel', turn);
    }, [size, width]);

    const go = (run: LaneRun | undefined) => {
        const met = run && find(layout.lanes, run.run.id);
        if (!met || !pane.current) return;
        setHere(met.run.run.id);
        const { lane } = met;
        const top = Math.max(Math.min(scroll, lane.top), lane.top + lane.height - pane.current.clientHeight);
        if (top !== scroll) {
            pane.current.scrollTop = top;
            setScroll(pane.current.scrollTop);
        }
        setView((old) => showing(old, ((met.run.behind > 0 ? now : met.run.from) - from) / 1000, size));
    };
    const press = (event: KeyboardEvent) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const act: (() => void) | undefined = {
            Enter: () => here !== undefined && open(here),
            ' ': () => here !== undefined && open(here),
            '+': () => zoomBy(1.8),
            '=': () => zoomBy(1.8),
            '-': () => zoomBy(1 / 1.8),
            '0': () => setView(FIT),
            ...Object.fromEntries(STEPS.map((step) => [step, () => go(stepFrom(layout.lanes, here, step))] as const)),
        }[event.key];
        if (!act) return;
        event.preventDefault();
        event.stopPropagation();
        setFocused(true);
        act();
    };
    const chosen = here === undefined ? undefined : find(layout.lanes, here);
    const shown = spot ?? (focused && chosen ? spotOf(chosen.lane, chosen.run) : undefined);
    const openRuns = layout.lanes.some((lane) => lane.runs.some((run) => run.to === Infinity));
    const ahead = eta !== undefined && eta > now && eta < to ? eta : undefined;
    return (
        <div className="lanes">
            <Axis from={from} to={to} view={view} width={width} x={x} now={openRuns ? now : undefined} />
            <div
                className="lane-pane"
                style={{ '--all': `${layout.height}px` } as CSSProperties}
                ref={pane}
                onScroll={(event) => {
                    setScroll(event.currentTarget.scrollTop);
                    setSpot(undefined);
                }}
            >
                <div className="lane-field" style={{ height: layout.height }}>
                    {seen.map((lane) => (
                        <div key={lane.node} className="lane-name" style={{ top: lane.top, height: lane.height }}>
                            <Link to="/nodes" className="cut" title={lane.name} tabIndex={-1}>
                                {lane.name}
                            </Link>
                            <small>{count(lane.runs.length, 'run')}</small>
                        </div>
                    ))}
                    <div className="lane-view">
                        <canvas
                            ref={(element) => {
                                canvas.current = element;
                                measure(element);
                            }}
                            tabIndex={0}
                            role="application"
                            aria-roledescription="chart"
                            aria-label={`${summary(layout)} Arrows move, Enter opens the log.`}
                            aria-describedby="lane-said"
                            onMouseMove={point}
                            onMouseLeave={() => setSpot(undefined)}
                            onClick={(event) => {
                                const met = hit(event);
                                if (met) open(met.run.run.id);
                            }}
                            onKeyDown={press}
                            onFocus={(event) => {
                                // A press with the mouse opens a log; only the keyboard needs a place to begin.
                                if (!event.currentTarget.matches(':focus-visible')) return;
                                setFocused(true);
                                if (!chosen) go(stepFrom(layout.lanes, undefined, 'End'));
                            }}
                            onBlur={() => setFocused(false)}
                        />
                        {openRuns && inside(x(now), width) && <i className="now" style={{ left: x(now) }} />}
                        {ahead !== undefined && inside(x(ahead), width) && (
                            <i className="fore" style={{ left: x(ahead) }}>
                                <span>done about {clock(ahead, now)}</span>
                            </i>
                        )}
                    </div>
                </div>
            </div>
            {view.zoom > 1 && (
                <i className="lane-scroll" aria-hidden="true">
                    <i style={{ left: `${(view.left / size) * 100}%`, width: `${100 / view.zoom}%` }} />
                </i>
            )}
            <p className="vh" id="lane-said" aria-live="polite">
                {focused && chosen ? told(chosen.run.run, now) : ''}
            </p>
            <Foot layout={layout} whole={whole}>
                <div className="seg desk2" role="group" aria-label="Zoom in time">
                    <button aria-label="Zoom out" title="Zoom out" onClick={() => zoomBy(1 / 1.8)}>
                        <Icon name="minus" />
                    </button>
                    <button aria-label="Fit" title="Fit" onClick={() => setView(FIT)}>
                        <Icon name="fit" />
                    </button>
                    <button aria-label="Zoom in" title="Zoom in (Ctrl and wheel)" onClick={() => zoomBy(1.8)}>
                        <Icon name="plus" />
                    </button>
                </div>
                {twin}
            </Foot>
            {shown && <Card key={shown.run.run.id} run={shown.run.run} x={shown.x} y={shown.y} now={now} />}
        </div>
    );
}

const STEPS: Step[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];

function inside(x: number, width: number): boolean {
    return x >= 0 && x <= width;
}

/** The run that waits behind others and is drawn at `x`, if one is. */
function waitingAt(lane: Lane, row: number, x: number, scale: Scale): LaneRun | undefined {
    return lane.runs.find((run) => {
        if (run.behind === 0 || run.row !== row) return false;
        const [left, , wide] = barOf(run, lane, 0, scale);
        return x >= left - 1 && x <= left + wide + 1;
    });
}

function find(lanes: readonly Lane[], id: string): { lane: Lane; run: LaneRun } | undefined {
    for (const lane of lanes) {
        const run = lane.runs.find((candidate) => candidate.run.id === id);
        if (run) return { lane, run };
    }
    return undefined;
}

function summary(layout: Layout): string {
    const runs = layout.lanes.flatMap((lane) => lane.runs);
    const waiting = runs.filter((run) => run.behind > 0).length;
    return join(
        [
            `${count(runs.length, 'run')} on ${count(layout.lanes.length, 'node')}`,
            waiting > 0 && `${waiting} of them not begun`,
            layout.failed > 0 && `${layout.failed} failed`,
            layout.loads > 0 && count(layout.loads, 'load'),
        ],
        ', ',
    ).concat('.');
}

function told(run: Run, now: number): string {
    if (run.state === 'assigned') return join([taskName(run), run.nodeName, 'not begun, it waits behind what runs']);
    const took = between(run.startedAt ?? run.placedAt, run.endedAt, now);
    return join([taskName(run), run.nodeName, runLook(run.state).word, span(took), run.sentence]);
}

function Axis({
    from,
    to,
    view,
    width,
    x,
    now,
}: {
    from: number;
    to: number;
    view: View;
    width: number;
    x: (moment: number) => number;
    now: number | undefined;
}) {
    const span = (to - from) / view.zoom;
    const start = from + view.left * 1000;
    const { at, step } = moments(start, start + span, (span * 64) / Math.max(1, width));
    const here = now === undefined ? NaN : x(now);
    return (
        <div className="lane-axis" aria-hidden="true">
            <div style={{ width }}>
                {width > 0 &&
                    at
                        .filter((moment) => inside(x(moment), width) && !(Math.abs(x(moment) - here) < 40))
                        .map((moment) => (
                            <span key={moment} style={{ left: Math.max(14, Math.min(width - 14, x(moment))) }}>
                                {momentText(moment, step)}
                            </span>
                        ))}
                {inside(here, width) && (
                    <span className="is-now" style={{ left: Math.min(width - 12, here) }}>
                        now
                    </span>
                )}
            </div>
        </div>
    );
}

function Foot({ layout, whole, children }: { layout: Layout; whole: boolean; children: ReactNode }) {
    return (
        <div className="lane-foot">
            {layout.loads > 0 && (
                <span>
                    <i className="load" /> loading, {count(layout.loads, 'time')}, {span(layout.loadSeconds)} in all
                </span>
            )}
            {layout.failed > 0 && <span className="bad">{number(layout.failed)} failed</span>}
            {!whole && <span>the newest {number(MOST_RUNS)} runs</span>}
            <span className="grow" />
            {children}
        </div>
    );
}

/** What is known of the run under the pointer or the keyboard. */
function Card({ run, x, y, now }: { run: Run; x: number; y: number; now: number }) {
    const { progress } = useProgress(run);
    const look = runLook(run.state);
    const took = between(run.startedAt ?? run.placedAt, run.endedAt, now);
    const load = run.loadSeconds ?? 0;
    const left = Math.max(8, Math.min(window.innerWidth - 264, x - 128));
    // Low in the window the card stands on the bar instead of hanging from it.
    const above = y > window.innerHeight - 130;
    const where = above ? { left, bottom: window.innerHeight - y + 34 } : { left, top: y };
    return (
        <div className="hovercard pop lane-card" style={where} aria-hidden="true">
            <div className="meta">
                <b className="b cut">{taskName(run)}</b>
                <State look={look} word={run.state === 'running' && progress ? percent(progress) : look.word} />
                <span className="t2 cut">{run.nodeName}</span>
                <span className="t2">{run.state === 'assigned' ? '' : span(took)}</span>
                <span className="t3 all">
                    {join([
                        run.state === 'assigned'
                            ? `not begun: behind what runs there since ${clock(run.placedAt, now, true)}`
                            : run.endedAt
                            ? `${clock(run.startedAt ?? run.placedAt, now, true)} to ${clock(run.endedAt, now, true)}`
                            : `since ${clock(run.startedAt ?? run.placedAt, now, true)}`,
                        load >= 0.05 ? `${span(load)} loading` : run.warm && 'warm',
                    ])}
                </span>
                {run.state !== 'done' && (run.sentence ?? run.reason) && (
                    <span className="says">{run.sentence ?? run.reason}</span>
                )}
            </div>
        </div>
    );
}
