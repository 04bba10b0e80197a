import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { LoginPage } from './access/LoginPage';
import { JobPage } from './job/JobPage';
import { type JobTab, jobTabs } from './job/jobTabs';
import { JobsPage } from './jobs/JobsPage';
import { LimitsPage } from './limits/LimitsPage';
import { NodesPage } from './nodes/NodesPage';
import { NotFound, PageBroken } from './parts/Situations';
import { Shell } from './parts/Shell';
import { type By, LENGTHS } from './usage/usageModel';
import { UsagePage } from './usage/UsagePage';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageBroken });

const text = (value: unknown): string | undefined =>
    (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;

const home = createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
        throw redirect({ to: '/jobs', replace: true });
    },
});

export const jobsRoute = createRoute({
    getParentRoute: () => root,
    path: '/jobs',
    validateSearch: (search: Record<string, unknown>): { state?: string; q?: string } => ({
        state: text(search.state),
        q: text(search.q),
    }),
    component: JobsPage,
});

export const jobRoute = createRoute({
    getParentRoute: () => root,
    path: '/jobs/$job',
    validateSearch: (search: Record<string, unknown>): { tab?: JobTab; run?: string } => ({
        tab: jobTabs.find((tab) => tab === search.tab),
        run: text(search.run),
    }),
    component: JobPage,
});

const nodes = createRoute({ getParentRoute: () => root, path: '/nodes', component: NodesPage });

const limits = createRoute({ getParentRoute: () => root, path: '/limits', component: LimitsPage });

const BYS: readonly By[] = ['owner', 'jobType', 'engine', 'node', 'day'];

const usage = createRoute({
    getParentRoute: () => root,
    path: '/usage',
    validateSearch: (search: Record<string, unknown>): { days?: number; by?: By } => ({
        days: LENGTHS.find((days) => days === Number(search.days)),
        by: BYS.find((by) => by === search.by),
    }),
    component: UsagePage,
});

const login = createRoute({ getParentRoute: () => root, path: '/login', component: LoginPage });

/** Search values stay plain words (`?q=12`), not JSON (`?q="12"`). */
const plainSearch = {
    parseSearch: (search: string) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search: Record<string, unknown>) => {
        const words = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
        const query = new URLSearchParams(words.map(([name, value]) => [name, String(value)])).toString();
        return query && `?${query}`;
    },
};

export const router = createRouter({
    routeTree: root.addChildren([home, jobsRoute, jobRoute, nodes, limits, usage, login]),
    scrollRestoration: true,
    ...plainSearch,
});

declare module '@tanstack/react-router' {
    interface Register {
        router: typeof router;
    }
}
