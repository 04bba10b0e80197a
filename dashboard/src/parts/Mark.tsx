const CELLS = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((cell) => cell !== 2);

/** The sign of the farm: nine frames, the newest lit. */
export function Mark({ size = 22 }: { size?: number }) {
    return (
        <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden="true">
            <g fill="currentColor" opacity=".38">
                {CELLS.map((cell) => (
                    <rect
                        key={cell}
                        x={1 + (cell % 3) * 7}
                        y={1 + Math.floor(cell / 3) * 7}
                        width="6"
                        height="6"
                        rx="1"
                    />
                ))}
            </g>
            <rect x="15" y="1" width="6" height="6" rx="1" fill="var(--accent)" />
        </svg>
    );
}
