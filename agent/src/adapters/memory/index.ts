export { createMemoryCluster, type MemoryCluster, type MemoryClusterOptions } from "./cluster.ts";
export { type MemoryHost, type MemoryHostOptions, startMemoryHost } from "./host.ts";
export type { Person } from "./person.ts";
export { createMemoryAdmin, createRemoteKube, type MemoryAdmin, type RemoteKube, type RemoteOptions } from "./remote.ts";
