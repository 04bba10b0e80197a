import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../api/client';
import { limitsQuery } from '../api/queries';
import type { Limit } from '../api/types';
import { useToasts } from '../parts/Toasts';
import { count, join } from '../parts/words';

export interface LimitActions {
    /** Each answers why it was refused; undefined when it was done. */
    make(name: string, seats: number, note: string): Promise<string | undefined>;
    edit(limit: Limit, seats: number, note: string): Promise<string | undefined>;
    remove(limit: Limit): Promise<string | undefined>;
}

/** What can be done with limits. Each action says what it did and can be undone. */
export function useLimitActions(): LimitActions {
    const queries = useQueryClient();
    const toasts = useToasts();
    return useMemo(() => {
        const act = async (
            order: () => Promise<unknown>,
            said: string,
            undo?: () => Promise<string | undefined>,
        ): Promise<string | undefined> => {
            try {
                await order();
            } catch (error) {
                return error instanceof Error ? error.message : String(error);
            }
            await queries.invalidateQueries({ queryKey: limitsQuery.queryKey });
            toasts.say(said, undo && (() => void undo().then((why) => why && toasts.complain(why))));
            return undefined;
        };
        const at = (name: string) => `/limits/${encodeURIComponent(name)}`;
        const actions: LimitActions = {
            make: (name, seats, note) =>
                act(
                    () => call<Limit>(at(name), { method: 'PUT', body: { count: seats, note } }),
                    `Limit ${name} made, ${count(seats, 'seat')}`,
                    () => act(() => call(at(name), { method: 'DELETE' }), `Limit ${name} deleted`),
                ),
            edit: (limit, seats, note) => {
                const change = {
                    ...(seats === limit.count ? {} : { count: seats }),
                    ...(note === limit.note ? {} : { note }),
                };
                if (Object.keys(change).length === 0) return Promise.resolve(undefined);
                return act(
                    () => call<Limit>(at(limit.name), { method: 'PATCH', body: change }),
                    `${limit.name}: ${join([seats !== limit.count && `${limit.count} → ${count(seats, 'seat')}`, note !== limit.note && 'new note'])}`,
                    () => actions.edit({ ...limit, count: seats, note }, limit.count, limit.note),
                );
            },
            remove: (limit) =>
                act(
                    () => call(at(limit.name), { method: 'DELETE' }),
                    `Limit ${limit.name} deleted`,
                    () => actions.make(limit.name, limit.count, limit.note),
                ),
        };
        return actions;
    }, [queries, toasts]);
}
