import { useQuery } from '@tanstack/react-query';
import { farmQuery } from '../api/queries';
import { useConnection } from '../live/LiveFarm';

export interface May {
    /** Whether this person's role has actions at all; without it they are left out. */
    act: boolean;
    /** Why actions are off at this moment; undefined when they are on. */
    off: string | undefined;
}

/** What may be done now, by this person, on this connection. */
export function useMay(): May {
    const farm = useQuery(farmQuery).data;
    const { phase } = useConnection();
    const off =
        phase === 'away'
            ? 'The server does not answer'
            : farm && !farm.healthy
              ? (farm.trouble ?? 'The server takes no changes now')
              : undefined;
    return { act: farm?.role === 'admin', off };
}
