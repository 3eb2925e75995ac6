/** How much a message asks of whoever gets it: nothing, a look today, or a look now. */
export const severityWords = ["Info", "Warning", "Critical"] as const;
export type Severity = (typeof severityWords)[number];

export const receiverWords = ["Webhook", "Slack", "Teams", "Email", "PagerDuty"] as const;
export type ReceiverType = (typeof receiverWords)[number];

/** What messages are sent of. */
export const notificationWords = [
  "RolloutStarted",
  "RolloutPaused",
  "RolloutResumed",
  "RolloutHalted",
  "RolloutRollingBack",
  "RolloutRolledBack",
  "RolloutCompleted",
  "RolloutSuperseded",
  "RolloutAborted",
  "GateWaiting",
  "ClustersOffline",
  "ClustersReturned",
  "DriftFight",
  "PruneHeld",
  "PromotionFailed",
  "RevisionQuarantined",
  "BreakGlassBegun",
  "BreakGlassEnded",
  "EmergencyStop",
  "EmergencyStopReleased",
  "FleetFileInvalid",
  "FleetHeld",
  "FleetRecovered",
] as const;
export type NotificationEvent = (typeof notificationWords)[number];
