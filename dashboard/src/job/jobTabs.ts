/** The job page's tabs, in their order. */
export const jobTabs = ['runs', 'log', 'why', 'history'] as const;
export type JobTab = (typeof jobTabs)[number];
