import { icons, type Shape } from './icons';
import type { Look, Tone } from './looks';

export function Icon({ name, size = '' }: { name: string; size?: 's' | 'l' | '' }) {
    return (
        <svg
            className={`i ${size && `i-${size}`}`}
            viewBox="0 0 16 16"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            strokeLinecap="round"
            strokeLinejoin="round"
            aria-hidden="true"
        >
            {(icons[name] ?? []).map(([d, kind]) => (
                <path key={d} d={d} {...style(kind)} />
            ))}
        </svg>
    );
}

function style(kind: Shape[1]) {
    switch (kind) {
        case 'fill':
            return { fill: 'currentColor', stroke: 'none' };
        case 'cut':
            return { stroke: 'var(--panel)', strokeWidth: 1.7 };
        case 'dash':
            return { strokeDasharray: '2.6 2' };
        case 'thick':
            return { strokeWidth: 2 };
        default:
            return {};
    }
}

/** A state by silhouette, colour and word; `bare` leaves the word to the screen reader. */
export function State({ look, word = look.word, bare = false }: { look: Look; word?: string; bare?: boolean }) {
    return bare ? (
        <span className={`st st-${look.tone}`} role="img" aria-label={word} title={word}>
            <Icon name={look.icon} />
        </span>
    ) : (
        <span className={`st st-${look.tone}`}>
            <Icon name={look.icon} />
            <span>{word}</span>
        </span>
    );
}

/** Progress by states, each part as long as its share. */
export function Bar({
    parts,
    said = parts.map(([tone, share]) => `${share} ${tone}`).join(', ') || 'nothing yet',
    large = false,
}: {
    parts: [Tone, number][];
    said?: string;
    large?: boolean;
}) {
    return (
        <div className={`bar ${large ? 'l' : ''}`} role="img" aria-label={said} title={said}>
            {parts.map(([tone, share]) => (
                <i key={tone} className={`st-${tone}`} style={{ flexGrow: share }} />
            ))}
        </div>
    );
}
