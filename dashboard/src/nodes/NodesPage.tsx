import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { nodesQuery } from '../api/queries';
import type { Node } from '../api/types';
import { Command } from '../parts/Copy';
import { Icon } from '../parts/Icon';
import { useKeys } from '../parts/keys';
import { Empty, Failed, Loading } from '../parts/Situations';
import { NodeTile } from './NodeTile';
import { heading, isQuarantined, matches, subheading } from './nodeWords';

export function NodesPage() {
    const nodes = useQuery(nodesQuery);
    const [words, setWords] = useState('');
    useEffect(() => {
        document.title = 'Nodes · Lumenyard';
    }, []);
    const all = useMemo(() => inOrder(nodes.data?.items ?? []), [nodes.data]);
    const seen = all.filter((node) => matches(node, words));
    const here = seen.filter((node) => node.state !== 'offline');
    const gone = seen.filter((node) => node.state === 'offline');
    const move = (by: number) => {
        const tiles = [...document.querySelectorAll<HTMLElement>('.tile')];
        const at = tiles.findIndex((tile) => tile.contains(document.activeElement));
        tiles[at < 0 ? 0 : Math.max(0, Math.min(tiles.length - 1, at + by))]?.focus();
    };
    useKeys({ j: () => move(1), k: () => move(-1) });

    return (
        <main id="main">
            <div className="head">
                <div className="grow">
                    <h1>{nodes.data ? heading(all) : 'Nodes'}</h1>
                    {nodes.data && <p className="sub">{subheading(all)}</p>}
                </div>
            </div>
            {nodes.isPending ? (
                <section className="panel">
                    <Loading />
                </section>
            ) : nodes.isError && all.length === 0 ? (
                <section className="panel">
                    <Failed error={nodes.error} again={() => void nodes.refetch()} />
                </section>
            ) : all.length === 0 ? (
                <section className="panel">
                    <Empty title="Bring a machine">
                        <p>
                            A node is a machine with an agent on it. Start one on this machine, or on another that
                            reaches this server.
                        </p>
                        <Command text="./lumenyard agent" />
                    </Empty>
                </section>
            ) : (
                <>
                    {all.length > 6 && <Filter words={words} setWords={setWords} />}
                    {seen.length === 0 && (
                        <section className="panel">
                            <Empty title="No node matches">
                                <p>
                                    <code>{words}</code> finds none of {all.length} nodes.
                                </p>
                                <div className="row">
                                    <button className="btn quiet" onClick={() => setWords('')}>
                                        Clear filter
                                    </button>
                                </div>
                            </Empty>
                        </section>
                    )}
                    {here.length > 0 && (
                        <div className="tiles">
                            {here.map((node) => (
                                <NodeTile key={node.id} node={node} />
                            ))}
                        </div>
                    )}
                    {gone.length > 0 && (
                        <section className="pool">
                            <header>
                                <h2>Offline</h2>
                                <p>Known, but not here now.</p>
                            </header>
                            <div className="tiles">
                                {gone.map((node) => (
                                    <NodeTile key={node.id} node={node} />
                                ))}
                            </div>
                        </section>
                    )}
                </>
            )}
        </main>
    );
}

/** Lost ones first, then quarantined ones, then by name, numbers in them as numbers. */
function inOrder(nodes: readonly Node[]): Node[] {
    const compare = new Intl.Collator('en', { numeric: true }).compare;
    return nodes.toSorted(
        (one, other) => urgency(other) - urgency(one) || compare(one.name, other.name),
    );
}

function urgency(node: Node): number {
    return node.state === 'lost' ? 2 : isQuarantined(node) ? 1 : 0;
}

function Filter({ words, setWords }: { words: string; setWords: (words: string) => void }) {
    return (
        <div className="tools">
            <div className="filter" role="search">
                <span className="t3">
                    <Icon name="search" />
                </span>
                <input
                    data-filter
                    aria-label="Filter nodes"
                    placeholder="Name, scene, program or state"
                    spellCheck={false}
                    value={words}
                    onChange={(event) => setWords(event.target.value)}
                    onKeyDown={(event) => {
                        if (event.key !== 'Escape') return;
                        setWords('');
                        event.currentTarget.blur();
                    }}
                />
                <kbd className="desk">/</kbd>
            </div>
        </div>
    );
}
