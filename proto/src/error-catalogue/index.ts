import type { ErrorEntries } from "./entry.ts";
import { agentErrors } from "./agent-errors.ts";
import { apiErrors } from "./api-errors.ts";
import { fleetErrors } from "./fleet-errors.ts";
import { gatesErrors } from "./gates-errors.ts";
import { identityErrors } from "./identity-errors.ts";
import { notificationErrors } from "./notification-errors.ts";
import { questionErrors } from "./question-errors.ts";
import { renderingErrors } from "./rendering-errors.ts";
import { rolloutsErrors } from "./rollouts-errors.ts";
import { sourcesErrors } from "./sources-errors.ts";
import { toolsErrors } from "./tools-errors.ts";

export type { ErrorEntry } from "./entry.ts";

/** Every code that people can meet, by area. A test keeps it complete. */
export const errorCatalogue: Readonly<Record<string, ErrorEntries>> = {
  "The API": apiErrors,
  "Identity and enrolment": identityErrors,
  "The fleet repository": fleetErrors,
  "Application repositories": sourcesErrors,
  Rendering: renderingErrors,
  "Placement and rollouts": rolloutsErrors,
  Gates: gatesErrors,
  Notifications: notificationErrors,
  "Questions to agents": questionErrors,
  "The agent": agentErrors,
  "Command line, demo and programs": toolsErrors,
};
