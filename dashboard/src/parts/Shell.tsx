import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { LoginPage } from '../access/LoginPage';
import { NoAnswer, Problem } from '../api/client';
import { farmQuery } from '../api/queries';
import type { Farm } from '../api/types';
import { useConnection, useLiveFarm } from '../live/LiveFarm';
import { Icon } from './Icon';
import { KeyboardHelp } from './KeyboardHelp';
import { useKeyPairs, useKeys } from './keys';
import { Mark } from './Mark';
import { Empty, Failed } from './Situations';
import { toggleTheme } from './theme';
import { useLater, useNow } from './time';
import { clock, count, join, number } from './words';

/** The frame around each page; without access it shows how to get in. */
export function Shell() {
    const live = useLiveFarm();
    const farm = useQuery({ ...farmQuery, retry: (_, error) => error instanceof NoAnswer, retryDelay: 2000 });
    // Stays while the farm is asked again, so that what was typed into the login page is not lost.
    const [denied, setDenied] = useState(false);
    const refused = farm.error instanceof Problem && farm.error.status === 401;
    if (refused && !denied) setDenied(true);
    if (farm.isSuccess && denied) setDenied(false);
    const known = farm.data !== undefined && !denied;
    const revision = farm.data?.revision ?? 0;

    useEffect(() => {
        if (known) live.join(revision);
        // Joined once with the first revision; from there the stream keeps its own place.
        // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [known, live]);

    if (denied) return <LoginPage />;
    if (!farm.data) return <Before error={farm.error ?? farm.failureReason} />;
    return <Frame farm={farm.data} />;
}

function Before({ error }: { error: Error | null }) {
    const later = useLater(400);
    if (!error) return later ? <Empty title="Reading the farm …" whole /> : null;
    return error instanceof NoAnswer ? (
        <Empty title="The server does not answer" whole>
            <p>
                It may be starting. This page goes on by itself as soon as it is there; <code>./lumenyard server</code>{' '}
                starts one.
            </p>
        </Empty>
    ) : (
        <Failed error={error} again={() => location.reload()} />
    );
}

function Frame({ farm }: { farm: Farm }) {
    const [help, setHelp] = useState(false);
    const navigate = useNavigate();
    const path = useLocation({ select: (location) => location.pathname });
    useKeyPairs();
    useKeys({
        '?': () => setHelp(true),
        t: toggleTheme,
        'g j': () => void navigate({ to: '/jobs' }),
        'g n': () => void navigate({ to: '/nodes' }),
        'g l': () => void navigate({ to: '/limits' }),
        'g u': () => void navigate({ to: '/usage', search: {} }),
        '/': () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
    });
    const needJobs = farm.jobs.failed ?? 0;
    const lost = farm.nodes.lost ?? 0;
    const quarantined = farm.quarantined ?? 0;
    return (
        <>
            <a className="skip" href="#main">
                Skip to content
            </a>
            <aside className="rail">
                <Link className="mark" to="/jobs" aria-label="Lumenyard, jobs">
                    <Mark />
                </Link>
                <nav aria-label="Main">
                    <Link className="to" to="/jobs" aria-current={path.startsWith('/jobs') ? 'page' : undefined}>
                        <Icon name="jobs" size="l" />
                        Jobs
                        {needJobs > 0 && <Need count={needJobs} says={count(needJobs, 'job failed', 'jobs failed')} />}
                    </Link>
                    <Link className="to" to="/nodes" aria-current={path.startsWith('/nodes') ? 'page' : undefined}>
                        <Icon name="nodes" size="l" />
                        Nodes
                        {lost + quarantined > 0 && (
                            <Need
                                count={lost + quarantined}
                                says={join([
                                    lost > 0 && count(lost, 'node lost', 'nodes lost'),
                                    quarantined > 0 && `${number(quarantined)} quarantined`,
                                ])}
                            />
                        )}
                    </Link>
                    <Link className="to" to="/limits" aria-current={path.startsWith('/limits') ? 'page' : undefined}>
                        <Icon name="limits" size="l" />
                        Limits
                    </Link>
                    <Link
                        className="to"
                        to="/usage"
                        search={{}}
                        aria-current={path.startsWith('/usage') ? 'page' : undefined}
                    >
                        <Icon name="usage" size="l" />
                        Usage
                    </Link>
                    <a className="to end" href="/api-docs/">
                        <Icon name="api" size="l" />
                        API
                    </a>
                </nav>
            </aside>
            <div className="top">
                <div className="farm">
                    {farmName(farm.farm)}
                    <small>{farm.role === 'admin' ? '' : `you may look: ${farm.role}`}</small>
                </div>
                <span className="grow" />
                <Dot revision={farm.revision} />
                <button
                    className="btn quiet icon"
                    aria-label="Light or dark"
                    title="Light or dark (t)"
                    onClick={toggleTheme}
                >
                    <Icon name="theme" />
                </button>
                <button
                    className="btn quiet icon desk"
                    aria-label="Keyboard help"
                    title="Keyboard (?)"
                    onClick={() => setHelp(true)}
                >
                    ?
                </button>
                <span className="who" title={`${farm.user}, ${farm.role}`}>
                    {farm.user.slice(0, 2)}
                </span>
            </div>
            <Notices farm={farm} />
            <Outlet />
            {help && <KeyboardHelp close={() => setHelp(false)} />}
        </>
    );
}

/** A farm without a name of its own is told by its lineage, which says nothing to people. */
function farmName(name: string): string {
    return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name) ? 'Lumenyard' : name;
}

function Need({ count, says }: { count: number; says: string }) {
    return (
        <span className="count" title={says}>
            <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
            <span className="vh"> {says}</span>
        </span>
    );
}

function Dot({ revision }: { revision: number }) {
    const { phase, since } = useConnection();
    const live = phase === 'live';
    return (
        <div
            className={`conn ${live ? '' : 'away'}`}
            role="status"
            title={live ? `Live: revision ${revision}` : `No answer since ${clock(since, Date.now(), true)}`}
        >
            <i />
            <span>{live ? 'Live' : 'Away'}</span>
        </div>
    );
}

/** What a person has to know of the farm as a whole. */
function Notices({ farm }: { farm: Farm }) {
    const connection = useConnection();
    if (connection.phase === 'away') return <Away since={connection.since} retryAt={connection.retryAt} />;
    return farm.healthy ? null : (
        <div className="notices">
            <div className="notice st-loading" role="status">
                <span className="st st-loading">
                    <Icon name="disk" />
                </span>
                <p className="grow">
                    <b className="b">Read-only: {farm.trouble ?? 'the server takes no changes now'}.</b>{' '}
                    <span className="t2">Running work is safe. It heals by itself when the cause is gone.</span>
                </p>
            </div>
        </div>
    );
}

function Away({ since, retryAt }: { since: number; retryAt: number | undefined }) {
    const live = useLiveFarm();
    const now = useNow(1000);
    const next = retryAt === undefined ? 0 : Math.max(0, Math.round((retryAt - now) / 1000));
    return (
        <div className="notices">
            <div className="notice st-failed" role="status">
                <span className="st st-failed">
                    <Icon name="lost" />
                </span>
                <p className="grow">
                    <b className="b">Server away since {clock(since, now, true)}, retrying.</b>{' '}
                    <span className="t2">
                        Nodes go on by themselves. What you see is from {clock(since, now)}; buttons are off until it is
                        back.
                    </span>
                </p>
                <span className="t3 s nw" aria-hidden="true">
                    {next > 0 ? `next try in ${next} s` : 'trying'}
                </span>
                <button className="btn small" onClick={live.retry}>
                    Try now
                </button>
            </div>
        </div>
    );
}
