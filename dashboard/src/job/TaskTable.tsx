import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tasksQuery } from '../api/queries';
import type { JobDetail, StripStep, TaskState } from '../api/types';
import { State } from '../parts/Icon';
import { taskLook } from '../parts/looks';
import { Empty, Failed, Loading } from '../parts/Situations';
import { number } from '../parts/words';
import { useOpenLog } from './useOpenLog';
import { VirtualBody } from './VirtualBody';

const STATES: TaskState[] = ['waiting', 'blocked', 'held', 'running', 'done', 'failed', 'cancelled'];

/** The strip's twin: every task by name, for those who would rather read than look. */
export function TaskTable({ job, steps }: { job: JobDetail; steps: StripStep[] }) {
    const [step, setStep] = useState(steps[0]?.id ?? '');
    const [state, setState] = useState<TaskState>();
    const tasks = useInfiniteQuery(tasksQuery(job.id, step, state));
    const items = tasks.data?.pages.flatMap((page) => page.items) ?? [];
    const openLog = useOpenLog(job.id);
    const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
    return (
        <div className="twin-table">
            <div className="pick">
                <label>
                    Step{' '}
                    <select className="input" value={step} onChange={(event) => setStep(event.target.value)}>
                        {steps.map((candidate) => (
                            <option key={candidate.id} value={candidate.id}>
                                {candidate.name}, {number(candidate.size)}
                            </option>
                        ))}
                    </select>
                </label>
                <label>
                    State{' '}
                    <select
                        className="input"
                        value={state ?? ''}
                        onChange={(event) => setState(STATES.find((candidate) => candidate === event.target.value))}
                    >
                        <option value="">any</option>
                        {STATES.map((candidate) => (
                            <option key={candidate}>{candidate}</option>
                        ))}
                    </select>
                </label>
            </div>
            {tasks.isPending ? (
                <Loading />
            ) : tasks.isError && items.length === 0 ? (
                <Failed error={tasks.error} again={() => void tasks.refetch()} />
            ) : items.length === 0 ? (
                <Empty title="No such task" />
            ) : (
                <div className="pane" ref={setScroller} tabIndex={0} role="region" aria-label="Tasks">
                    <table className="table inner" role="table" aria-label="Tasks">
                        <colgroup>
                            <col />
                            <col style={{ width: 130 }} />
                            <col style={{ width: 90 }} />
                            <col className="wide" />
                            <col style={{ width: 90 }} />
                        </colgroup>
                        <thead>
                            <tr>
                                <th>Frame or task</th>
                                <th>State</th>
                                <th className="num">Failures</th>
                                <th className="wide">Node</th>
                                <th>
                                    <span className="vh">Log</span>
                                </th>
                            </tr>
                        </thead>
                        <VirtualBody
                            count={items.length}
                            scroller={scroller}
                            columns={5}
                            more={
                                tasks.hasNextPage && !tasks.isFetchingNextPage
                                    ? () => void tasks.fetchNextPage()
                                    : undefined
                            }
                        >
                            {(at) => {
                                const task = items[at];
                                return (
                                    task && (
                                        <tr key={task.index} style={{ height: 33 }}>
                                            <td>{task.label}</td>
                                            <td>
                                                <State look={taskLook(task.state)} />
                                            </td>
                                            <td className="num">{task.failures || ''}</td>
                                            <td className="t2 wide">{task.node ?? ''}</td>
                                            <td>
                                                {task.run && (
                                                    <button
                                                        className="btn quiet small"
                                                        onClick={() => openLog(task.step, task.index)}
                                                    >
                                                        Log
                                                    </button>
                                                )}
                                            </td>
                                        </tr>
                                    )
                                );
                            }}
                        </VirtualBody>
                    </table>
                </div>
            )}
        </div>
    );
}
