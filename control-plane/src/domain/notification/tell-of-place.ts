import { plural } from "@drover/kit";
import type { NotificationEvent, Severity } from "@drover/proto/fleet";
import { count, text, texts } from "./event-body.ts";
import type { LoggedEvent, NotificationFacts } from "./facts.ts";
import type { Message } from "./message.ts";
import { projectOf } from "./project-of.ts";

/** Of one application, in one environment or in all: drift fights, held prunes, failed promotions, quarantines, break-glass. */
export function tellOfPlace(event: LoggedEvent, facts: NotificationFacts): Message | undefined {
  const { kind, body, at, subject } = event;
  const [environmentOfPin, applicationOfPin] = text(body["subject"])?.split("/") ?? [];
  const application = text(body["application"]) ?? applicationOfPin;
  const environment = text(body["environment"]) ?? environmentOfPin;
  const told = phrase(kind, body, place(application, environment));
  if (told === undefined) return undefined;
  return {
    ...told,
    subject,
    at,
    path: application === undefined ? "/" : `/applications/${application}`,
    concerns: {
      projects: application === undefined ? "all" : [projectOf(facts, application)],
      environments: environment === undefined ? "all" : [environment],
      applications: application === undefined ? "all" : [application],
    },
  };
}

const place = (application: string | undefined, environment: string | undefined): string =>
  [application, environment].filter((word) => word !== undefined).join(" in ");

type Told = Pick<Message, "title" | "text" | "facts"> & { readonly event: NotificationEvent; readonly severity: Severity };
type Phrase = (body: LoggedEvent["body"], where: string) => Told;

function phrase(kind: string, body: LoggedEvent["body"], where: string): Told | undefined {
  return Object.hasOwn(phrases, kind) ? phrases[kind]?.(body, where) : undefined;
}

const phrases: Readonly<Record<string, Phrase>> = {
  DriftFightBegan: (body, where) => ({
    event: "DriftFight",
    severity: "Warning",
    title: `Somebody fights with git over ${where}`,
    text: `On ${plural(count(body["clusters"]), "cluster")} an object is changed again each time it is corrected. ${text(body["message"]) ?? ""}`,
    facts: [{ name: "Clusters", value: texts(body["names"]).join(", ") }],
  }),
  PruneHeld: (body, where) => ({
    event: "PruneHeld",
    severity: "Warning",
    title: `A deletion of ${where} waits for approval`,
    text: `${plural(count(body["objects"]), "object")} would be deleted on ${plural(count(body["clusters"]), "cluster")}, which is more than goes by itself.`,
    facts: [{ name: "Clusters", value: texts(body["names"]).join(", ") }],
  }),
  PromotionFailed: (body, where) => failedIntent("The promotion", body, where),
  RollbackFailed: (body, where) => failedIntent("The rollback", body, where),
  RevisionQuarantined: (body, where) => ({
    event: "RevisionQuarantined",
    severity: "Warning",
    title: `A revision of ${where} is quarantined`,
    text: text(body["reason"]) ?? "",
    facts: [{ name: "Revision", value: text(body["revision"]) ?? "" }],
  }),
  BreakGlassBegun: (body, where) => ({
    event: "BreakGlassBegun",
    severity: "Critical",
    title: `Break-glass: freezes and windows are set aside for ${where}`,
    text: `${text(body["actor"]) ?? ""}: ${text(body["reason"]) ?? ""}`,
    facts: [{ name: "Until", value: text(body["expiresAt"]) ?? "" }],
  }),
  BreakGlassEnded: (body, where) => ({
    event: "BreakGlassEnded",
    severity: "Info",
    title: `Break-glass for ${where} has ended`,
    text: `${text(body["actor"]) ?? ""}: ${text(body["reason"]) ?? ""}`,
    facts: [],
  }),
};

function failedIntent(what: string, body: LoggedEvent["body"], where: string): Told {
  const error = body["error"] as { readonly code?: unknown; readonly message?: unknown } | undefined;
  return {
    event: "PromotionFailed",
    severity: "Warning",
    title: `${what} of ${where} has failed`,
    text: text(error?.message) ?? "",
    facts: [{ name: "Code", value: text(error?.code) ?? "" }],
  };
}
