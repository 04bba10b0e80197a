import type { components } from './schema';

type Schemas = components['schemas'];

export type Job = Schemas['Job'];
export type JobDetail = Schemas['JobDetail'];
export type JobPage = Schemas['JobPage'];
export type JobState = Schemas['JobState'];
export type Counts = Schemas['Counts'];
export type Strip = Schemas['Strip'];
export type StripStep = Strip['steps'][number];
export type StripCell = StripStep['cells'][number];
export type Task = Schemas['Task'];
export type TaskState = Schemas['TaskState'];
export type TaskPage = Schemas['TaskPage'];
export type Run = Schemas['Run'];
export type RunPage = Schemas['RunPage'];
export type Output = Schemas['Output'];
export type OutputPage = Schemas['OutputPage'];
export type HistoryPage = Schemas['HistoryPage'];
export type Explanation = Schemas['Explanation'];
export type Node = Schemas['Node'];
export type NodeList = Schemas['NodeList'];
export type Limit = Schemas['Limit'];
export type LimitList = { items: Limit[] };
export type Farm = Schemas['Farm'];
export type Usage = Schemas['Usage'];
export type Submitted = Schemas['Submitted'];
