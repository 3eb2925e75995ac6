export { checkFleet, defaultProject, type FleetEntry } from "./check-fleet.ts";
export {
  type PinPromotion,
  newClusterFile,
  newFleetFile,
  newRemovalFile,
  quarantineRevision,
  releaseRevision,
  removePinException,
  removePinRevision,
  replaceForm,
  setClusterLabels,
  setPinAutomatic,
  setPinException,
  setPinRevision,
} from "./edit-fleet-file.ts";
export { fleetJsonSchemas } from "./fleet-kinds.ts";
export { fleetName, type FleetPath, fleetPathOf, parseFleetPath } from "./fleet-path.ts";
export {
  type NotificationEvent,
  notificationWords,
  type ReceiverType,
  receiverWords,
  type Severity,
  severityWords,
} from "./notification-words.ts";
export * from "./objects.ts";
export { nearest } from "./nearest.ts";
export { type ParsedFleetFile, parseFleetFile } from "./parse-fleet-file.ts";
export type { Gate, GateJob, GateType } from "./gate-schema.ts";
export * from "./schemas.ts";
export { duplicateNames, validateFleet, type ValidatedFleet } from "./validate-fleet.ts";
