import './look/tokens.css';
import './look/base.css';
import './look/pages.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { NoAnswer, Problem } from './api/client';
import { farmQuery } from './api/queries';
import { LiveFarm, LiveFarmContext } from './live/LiveFarm';
import { ToastProvider } from './parts/Toasts';
import { router } from './routes';

const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
        onError: (error, query) => {
            if (error instanceof Problem && error.status === 401 && query.queryKey[0] !== 'farm') askAgain();
        },
    }),
    defaultOptions: {
        queries: {
            // Changes are told by the server; nothing is read again merely because time has passed.
            staleTime: Infinity,
            refetchOnWindowFocus: (query) => query.state.status === 'error',
            networkMode: 'always',
            retry: (failures, error) => failures < 3 && (error instanceof NoAnswer || isPassing(error)),
            retryDelay: (failures) => 500 * 2 ** failures,
        },
        mutations: { networkMode: 'always' },
    },
});

const live = new LiveFarm(queries, askAgain);

/** The server no longer knows us: reading the farm again finds out, and brings up the login page. */
function askAgain(): void {
    void queries.invalidateQueries({ queryKey: farmQuery.queryKey });
}

function isPassing(error: Error): boolean {
    return error instanceof Problem && error.status >= 502 && error.status <= 504;
}

const root = document.getElementById('page');
if (root) {
    createRoot(root).render(
        <StrictMode>
            <QueryClientProvider client={queries}>
                <LiveFarmContext value={live}>
                    <ToastProvider>
                        <RouterProvider router={router} />
                    </ToastProvider>
                </LiveFarmContext>
            </QueryClientProvider>
        </StrictMode>,
    );
}
