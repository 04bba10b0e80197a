import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useRef } from 'react';
import type { JobDetail } from '../api/types';
import { useKeys } from '../parts/keys';
import { History } from './History';
import { type JobTab, jobTabs } from './jobTabs';
import { Log } from './Log';
import { Runs } from './Runs';
import type { Flip } from './useFlip';
import { useOpenLog } from './useOpenLog';
import { Why } from './Why';

const route = getRouteApi('/jobs/$job');

const WORDS: Record<JobTab, string> = { runs: 'Runs', log: 'Log', why: 'Why', history: 'History' };

/** The four views of what was done: runs, a log, the reasons, who did what. */
export function Work({ job, step, flip }: { job: JobDetail; step: string; flip: Flip }) {
    const { tab = 'runs', run } = route.useSearch();
    const navigate = useNavigate();
    const openLog = useOpenLog(job.id);
    const list = useRef<HTMLDivElement>(null);
    const show = (next: JobTab, of = run) =>
        void navigate({
            to: '/jobs/$job',
            params: { job: job.id },
            search: { tab: next, run: of },
            replace: true,
            resetScroll: false,
        });
    useKeys({
        w: () => show('why'),
        l: () => flip.place && openLog(step, flip.place.index),
    });
    const steer = (event: KeyboardEvent) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        const next = jobTabs[(jobTabs.indexOf(tab) + by + jobTabs.length) % jobTabs.length] ?? 'runs';
        show(next);
        list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
    };
    return (
        <section className="panel work">
            <div className="tabs" role="tablist" aria-label="Work" ref={list} onKeyDown={steer}>
                {jobTabs.map((name) => (
                    <button
                        key={name}
                        id={`tab-${name}`}
                        role="tab"
                        aria-selected={name === tab}
                        aria-controls="work-pane"
                        tabIndex={name === tab ? 0 : -1}
                        onClick={() => show(name)}
                    >
                        {WORDS[name]}
                    </button>
                ))}
            </div>
            <div className="pane-box" data-tab={tab} id="work-pane" role="tabpanel" aria-labelledby={`tab-${tab}`}>
                {tab === 'runs' && <Runs job={job} open={(id) => show('log', id)} />}
                {tab === 'log' && <Log job={job} wanted={run} choose={(id) => show('log', id)} />}
                {tab === 'why' && <Why job={job.id} />}
                {tab === 'history' && <History job={job} />}
            </div>
        </section>
    );
}
