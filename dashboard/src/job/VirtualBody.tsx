import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect } from 'react';

/** Above this many rows only those near the window exist. */
const MANY = 200;

/** A table's body inside of a scrolling pane, for rows of one height. Asks for more near its end. */
export function VirtualBody({
    count,
    scroller,
    columns,
    more,
    children,
    row = 33,
}: {
    count: number;
    scroller: HTMLElement | null;
    columns: number;
    more: (() => void) | undefined;
    children: (at: number) => ReactNode;
    row?: number;
}) {
    const virtual = useVirtualizer({
        count,
        getScrollElement: () => scroller,
        estimateSize: () => row,
        overscan: 15,
        enabled: count > MANY,
    });
    const items = virtual.getVirtualItems();
    const all = count <= MANY;
    const first = items[0]?.start ?? 0;
    const rest = all ? 0 : virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
    const end = all ? count : (items.at(-1)?.index ?? 0);

    useEffect(() => {
        if (!more || !scroller) return undefined;
        const near = () =>
            end > count - 60 && scroller.scrollTop + scroller.clientHeight * 2 > scroller.scrollHeight && more();
        near();
        scroller.addEventListener('scroll', near, { passive: true });
        return () => scroller.removeEventListener('scroll', near);
    }, [more, end, count, scroller]);

    return (
        <tbody>
            {!all && first > 0 && (
                <tr className="space" aria-hidden="true">
                    <td colSpan={columns} style={{ height: first }} />
                </tr>
            )}
            {all ? Array.from({ length: count }, (_, at) => children(at)) : items.map((item) => children(item.index))}
            {rest > 0 && (
                <tr className="space" aria-hidden="true">
                    <td colSpan={columns} style={{ height: rest }} />
                </tr>
            )}
        </tbody>
    );
}
