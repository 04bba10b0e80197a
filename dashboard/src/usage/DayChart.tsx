import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { loadingStripes } from '../job/lanePaint';
import { useWidth } from '../job/useWidth';
import { token, useTheme } from '../parts/theme';
import { dayWords, mark, type UsageRow } from './usageModel';

const HEIGHT = 190;
/** The least height of the scale (hours), and the distances of its lines. */
const LEAST = 0.01;
const LINES = [0.005, 0.01, 0.02, 0.05].concat(
    [0.1, 1, 10, 100, 1000, 10_000].flatMap((power) => [power, 2 * power, 5 * power]),
);

/** Node hours of each day as bars; what failed is a mark that stands out above its day. */
export function DayChart({ rows }: { rows: readonly UsageRow[] }) {
    const place = useRef<HTMLDivElement>(null);
    const [width, measure] = useWidth<HTMLDivElement>();
    const theme = useTheme();
    useEffect(() => {
        if (!place.current || width === 0) return undefined;
        const bars = uPlot.paths.bars?.({ size: [0.72, 48], radius: 0.12 });
        const axis: uPlot.Axis = {
            stroke: token('--text-3'),
            font: `11px ${token('--sans')}`,
            grid: { stroke: token('--line'), width: 1 },
            ticks: { show: false },
        };
        const chart = new uPlot(
            {
                width,
                height: HEIGHT,
                padding: [12, 8, 0, 0],
                legend: { show: false },
                cursor: { show: false },
                scales: {
                    x: { time: false, range: [-0.6, rows.length - 0.4] },
                    y: { range: (_, __, most) => [0, Math.max(most * 1.1, LEAST)] },
                },
                axes: [
                    {
                        ...axis,
                        grid: { show: false },
                        size: 28,
                        space: 72,
                        incrs: [1, 2, 5, 7, 14, 30, 60],
                        values: (_, at) =>
                            at.map((index) => (rows[index] ? dayWords(rows[index].key).replace(/^\w+ /, '') : '')),
                    },
                    { ...axis, size: 52, incrs: LINES, values: (_, at, __, ___, step) => at.map((value) => mark(value, step)) },
                ],
                series: [
                    {},
                    {
                        fill: token('--s-running'),
                        width: 0,
                        points: { show: false },
                        ...(bars ? { paths: bars } : {}),
                    },
                    {
                        fill: (drawn) => loadingStripes(drawn.ctx),
                        width: 0,
                        points: { show: false },
                        ...(bars ? { paths: bars } : {}),
                    },
                ],
                hooks: { draw: [(drawn) => markFailures(drawn, rows)] },
            },
            [rows.map((_, at) => at), rows.map((row) => row.nodeHours), rows.map((row) => row.loadHours)],
            place.current,
        );
        return () => chart.destroy();
    }, [rows, width, theme]);
    return (
        <div className="day-chart" ref={measure}>
            <div ref={place} aria-hidden="true" />
        </div>
    );
}

/** A small wedge above the bar of each day on which something failed. */
function markFailures(chart: uPlot, rows: readonly UsageRow[]): void {
    const { ctx: pen } = chart;
    pen.fillStyle = token('--s-failed');
    const half = 5 * devicePixelRatio;
    for (const [at, row] of rows.entries()) {
        if (row.failed + row.lost === 0) continue;
        const x = chart.valToPos(at, 'x', true);
        const y = chart.valToPos(row.nodeHours, 'y', true) - 3 * devicePixelRatio;
        pen.beginPath();
        pen.moveTo(x - half, y - 1.4 * half);
        pen.lineTo(x + half, y - 1.4 * half);
        pen.lineTo(x, y);
        pen.fill();
    }
}
