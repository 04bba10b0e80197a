import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { attemptsQuery } from '../api/queries';
import { useToasts } from '../parts/Toasts';

/** Opens the log of a task's latest run in the tab Log. */
export function useOpenLog(job: string): (step: string, index: number) => void {
    const queries = useQueryClient();
    const navigate = useNavigate();
    const toasts = useToasts();
    return useCallback(
        (step, index) =>
            void queries.fetchQuery(attemptsQuery(job, step, index)).then(
                ({ items: [run] }) => {
                    if (run) {
                        void navigate({
                            to: '/jobs/$job',
                            params: { job },
                            search: { tab: 'log', run: run.id },
                            replace: true,
                            resetScroll: false,
                        });
                    } else toasts.say('It has not run yet, so there is no log.');
                },
                (error: Error) => toasts.complain(error.message),
            ),
        [job, queries, navigate, toasts],
    );
}
