/** On every object we apply: which application of which control plane's cluster it belongs to. Watches select by it, prune demands it. */
export const ownerLabel = "drover.dev/owner";
/** The application's plain name, for people who read the object. */
export const applicationAnnotation = "drover.dev/application";

/** Label values end at 63 characters: 53 for the name, a dot, and enough of the cluster's id to tell two control planes apart. */
export const ownerOf = (application: string, clusterId: string): string => `${application}.${clusterId.slice(0, 8)}`;

export const fieldManagerOf = (project: string): string => `drover/${project}`;
