/** What a page shows when it has nothing else to show. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { NoAnswer } from '../api/client';
import { useLater } from './time';

/** `whole`: it is all that the page shows, so its title is the page's heading. */
export function Empty({ title, whole = false, children }: { title: string; whole?: boolean; children?: ReactNode }) {
    const Title = whole ? 'h1' : 'h2';
    return (
        <div className="empty">
            <Title>{title}</Title>
            {children}
        </div>
    );
}

/** Placeholder rows of the right height, only after 200 ms. */
export function Loading({ rows = 4 }: { rows?: number }) {
    const later = useLater();
    return (
        <div className="loading" role="status" aria-label="Loading">
            {later &&
                Array.from({ length: rows }, (_, row) => (
                    <div key={row}>
                        <i />
                        <i style={{ width: `${[31, 24, 36, 28][row % 4]}%` }} />
                        <i />
                    </div>
                ))}
        </div>
    );
}

export function Failed({ error, again, title }: { error: Error; again?: () => void; title?: string }) {
    const away = error instanceof NoAnswer;
    return (
        <Empty title={title ?? (away ? 'The server does not answer' : 'This could not be read')}>
            <p>{away ? 'The page tries again by itself as soon as the server is back.' : error.message}</p>
            {again && (
                <div className="row">
                    <button className="btn" onClick={again}>
                        Try again
                    </button>
                </div>
            )}
        </Empty>
    );
}

export function NotFound() {
    return (
        <main id="main">
            <section className="panel">
                <Empty title="There is no such page" whole>
                    <p>The address may be mistyped, or what it names is gone.</p>
                    <div className="row">
                        <Link className="btn" to="/jobs">
                            Go to the jobs
                        </Link>
                    </div>
                </Empty>
            </section>
        </main>
    );
}

export function PageBroken({ error }: { error: unknown }) {
    return (
        <main id="main">
            <section className="panel">
                <Empty title="This page broke" whole>
                    <p>
                        That is our mistake, and the farm is not touched by it.{' '}
                        <code>{error instanceof Error ? error.message : String(error)}</code>
                    </p>
                    <div className="row">
                        <button className="btn" onClick={() => location.reload()}>
                            Load it again
                        </button>
                    </div>
                </Empty>
            </section>
        </main>
    );
}
