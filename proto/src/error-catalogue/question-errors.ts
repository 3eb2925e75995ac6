import { type ErrorEntries, entry } from "./entry.ts";

export const questionErrors: ErrorEntries = {
  CLUSTER_OFFLINE: entry(
    "unavailable",
    "The cluster's agent is away, so nobody can answer for the cluster.",
    "The cluster, its network or its agent is down, or it never enrolled; the message says when it was last seen.",
    "Look at the agent's pod, and ask again when `drover get clusters` shows it Connected.",
  ),
  CLUSTER_SILENT: entry(
    "timeout",
    "The cluster's agent did not answer in time.",
    "It is overloaded, its API server does not answer it, or its connection has just broken.",
    "Ask again. If it lasts, look at the agent's log.",
  ),
  QUESTIONS_BUSY: entry(
    "exhausted",
    "Too many questions are open at this replica, or to this cluster.",
    "Many people or scripts ask at once, or streams of logs are left open.",
    "Ask again after the time in Retry-After, or end a stream.",
  ),
  QUERY_OBJECT_INCOMPLETE: entry(
    "invalid",
    "The object of a question is named by halves.",
    "A kind without a name, or a name without a kind.",
    "Give both, or neither.",
  ),
  ANSWER_UNREADABLE: entry(
    "unavailable",
    "The answer of an agent has not the shape that the control plane knows.",
    "The agent is much older or newer than the control plane, or is not the one we ship.",
    "Upgrade the older of the two.",
  ),
  ANSWER_FAILED: entry("unavailable", "The agent could not answer.", "The message is its own.", "What the message says."),
  ANSWER_CHUNK_INVALID: entry(
    "invalid",
    "A piece of an agent's answer has not the shape that the control plane knows.",
    "The agent is much older or newer than the control plane, or is not the one we ship.",
    "Upgrade the older of the two.",
  ),
  ANSWER_RECEIPT_INVALID: entry(
    "invalid",
    "The control plane's word on a piece of an answer has not the shape that the agent knows.",
    "The agent is much older or newer than the control plane.",
    "Upgrade the older of the two.",
  ),
  QUERY_INVALID: entry(
    "invalid",
    "A question has not the shape that the agent knows.",
    "The agent is much older or newer than the control plane.",
    "Upgrade the older of the two.",
  ),
  QUERY_FOREIGN: entry(
    "forbidden",
    "A question that was signed for another cluster reached this one.",
    "The broker delivers what is not ours, or the cluster was rebuilt or copied.",
    "Enrol a rebuilt cluster anew; otherwise look who owns the broker.",
  ),
  QUERY_EXPIRED: entry(
    "stale",
    "A question reached the agent after its time.",
    "A slow broker, or clocks that differ by more than five minutes.",
    "Correct the clocks, then ask again.",
  ),
};
