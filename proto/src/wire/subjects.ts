import { type ClusterId, parseClusterId } from "@drover/kit";

/** What travels between agents and the control plane, and on which subject. docs/reference/subjects.md explains each. */
export const channels = ["sync", "report", "bundle", "answer", "assign", "query"] as const;
export type Channel = (typeof channels)[number];

/** Requests from an agent; the control plane answers them in a queue group (all but `answer`). */
export const fromAgent = ["sync", "report", "bundle", "answer"] as const satisfies readonly Channel[];
/** Live messages to one agent. */
export const toAgent = ["assign", "query"] as const satisfies readonly Channel[];

const prefix = "drover.v1";

export const subject = (channel: Channel, cluster: ClusterId): string => `${prefix}.${channel}.${cluster}`;

/** Every cluster's subject of one channel, for the control plane's subscriptions and the accounts' exports. */
export const subjectOfAll = (channel: Channel): string => `${prefix}.${channel}.*`;

/** The subject with NATS' own placeholder for the user's name, for the template of the scoped signing key. */
export const subjectTemplate = (channel: Channel): string => `${prefix}.${channel}.{{name()}}`;

export const inboxPrefix = (cluster: ClusterId): string => `_INBOX.${cluster}`;
export const inboxTemplate = "_INBOX.{{name()}}.>";

/** The cluster that a subject of `channel` speaks of. Throws CLUSTER_ID_INVALID for anything that is not one of ours. */
export const clusterOf = (channel: Channel, text: string): ClusterId =>
  parseClusterId(text.startsWith(`${prefix}.${channel}.`) ? text.slice(prefix.length + channel.length + 2) : "");

/** The queue group in which the replicas share the agents' requests. */
export const queueGroup = "drover-control-plane";
