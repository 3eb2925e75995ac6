import type { ErrorEntries } from "./entry.ts";
import { agentErrors } from "./agent-errors.ts";
import { apiErrors } from "./api-errors.ts";
import { databaseErrors } from "./database-errors.ts";
import { fleetEditErrors } from "./fleet-edit-errors.ts";
import { fleetErrors } from "./fleet-errors.ts";
import { gatesErrors } from "./gates-errors.ts";
import { identityErrors } from "./identity-errors.ts";
import { notFoundErrors } from "./not-found-errors.ts";
import { notificationErrors } from "./notification-errors.ts";
import { promotionErrors } from "./promotion-errors.ts";
import { questionErrors } from "./question-errors.ts";
import { renderingErrors } from "./rendering-errors.ts";
import { rolloutsErrors } from "./rollouts-errors.ts";
import { sourcesErrors } from "./sources-errors.ts";
import { toolsErrors } from "./tools-errors.ts";

export type { ErrorEntry } from "./entry.ts";

/** Every code that people can meet, by area. A test keeps it complete. */
export const errorCatalogue: Readonly<Record<string, ErrorEntries>> = {
  "The API": apiErrors,
  "What is not there": notFoundErrors,
  "Identity and enrolment": identityErrors,
  "The fleet repository": fleetErrors,
  "Edits of the fleet": fleetEditErrors,
  "Application repositories": sourcesErrors,
  Rendering: renderingErrors,
  Promotions: promotionErrors,
  "Placement and rollouts": rolloutsErrors,
  Gates: gatesErrors,
  Notifications: notificationErrors,
  "Questions to agents": questionErrors,
  "The agent": agentErrors,
  "The database": databaseErrors,
  "Command line, demo and programs": toolsErrors,
};
