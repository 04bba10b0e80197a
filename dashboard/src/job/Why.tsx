import { useQuery } from '@tanstack/react-query';
import { explainQuery } from '../api/queries';
import type { Explanation } from '../api/types';
import { Icon } from '../parts/Icon';
import { Failed, Loading } from '../parts/Situations';

export function Why({ job }: { job: string }) {
    const why = useQuery(explainQuery(job));
    if (why.data) {
        return (
            <div className="pane">
                <Reasons explanation={why.data} />
            </div>
        );
    }
    return why.error ? <Failed error={why.error} again={() => void why.refetch()} /> : <Loading />;
}

/** Reasons with counts, each with what to expect or to do. */
export function Reasons({ explanation }: { explanation: Explanation }) {
    return (
        <>
            <p className="why-sum">{explanation.summary}</p>
            <ul className="why">
                {explanation.reasons.map((reason) => (
                    <li key={`${reason.kind} ${reason.text}`}>
                        <span className={`st st-${reason.kind}`} role="img" aria-label={reason.kind}>
                            <Icon name={reason.kind} />
                        </span>
                        <span>{reason.text}</span>
                        <span className="t2 nw">{reason.count}</span>
                        {reason.more && <small>{reason.more}</small>}
                    </li>
                ))}
            </ul>
        </>
    );
}
