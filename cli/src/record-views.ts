import type { ApplicationStatus, Assignment, AuditEntry, Event, FleetProblem } from "@drover/proto/rest";
import { age, short } from "./output/cell-text.ts";
import { factText } from "./output/fact-text.ts";
import type { View } from "./output/print.ts";

/** What the agent says first: it is about what runs. Where it has no word for the whole, the first object that is not well speaks. */
const reasonText = ({ reason, message, failing: [first], problem }: ApplicationStatus): string => {
  const whole = [reason, message].filter((part) => part !== undefined).join(": ");
  const said = whole === "" && first !== undefined ? failingText(first) : whole;
  return [said, problem === undefined ? "" : `${problem.code}: ${problem.message}`].filter((part) => part !== "").join("; ");
};

const failingText = ({ kind, name, container, reason, message }: ApplicationStatus["failing"][number]): string =>
  `${kind} ${name}${container === undefined ? "" : `, container ${container}`}: ${reason}${message === "" ? "" : `, ${message}`}`;

export const statusView: View<ApplicationStatus> = {
  kind: "status",
  name: ({ cluster, application }) => `${cluster}/${application}`,
  columns: [
    { head: "CLUSTER", cell: ({ cluster }) => cluster },
    { head: "APPLICATION", cell: ({ application }) => application },
    { head: "ENVIRONMENT", cell: ({ environment }) => environment },
    { head: "SYNC", cell: ({ sync }) => sync },
    { head: "HEALTH", cell: ({ health }) => health },
    { head: "REVISION", cell: ({ revision }) => short(revision) },
    { head: "OBJECTS", cell: ({ objects }) => objects },
    { head: "DRIFTED", cell: ({ drifted }) => drifted },
    { head: "REPORTED", cell: ({ reportedAt }) => `${age(reportedAt)} ago` },
    { head: "REASON", cell: reasonText },
    { head: "BUNDLE", cell: ({ bundle }) => bundle.slice(0, "sha256:".length + 12), wide: true },
  ],
};

export const assignmentView: View<Assignment> = {
  kind: "assignment",
  name: ({ cluster, application }) => `${cluster}/${application}`,
  columns: [
    { head: "CLUSTER", cell: ({ cluster }) => cluster },
    { head: "APPLICATION", cell: ({ application }) => application },
    { head: "ENVIRONMENT", cell: ({ environment }) => environment },
    { head: "STATE", cell: ({ state }) => state },
    { head: "RELEASE", cell: ({ release }) => release },
    { head: "GENERATION", cell: ({ generation }) => generation },
    { head: "ASSIGNED", cell: ({ assignedAt }) => `${age(assignedAt)} ago` },
    { head: "PROVEN", cell: ({ provenAt }) => (provenAt === undefined ? "no" : `${age(provenAt)} ago`) },
    { head: "NAMESPACE", cell: ({ namespace }) => namespace, wide: true },
    { head: "REVISION", cell: ({ revision }) => revision, wide: true },
    { head: "ROLLOUT", cell: ({ rolloutId }) => rolloutId, wide: true },
  ],
};

export const problemView: View<FleetProblem> = {
  kind: "problem",
  name: ({ path }) => path,
  columns: [
    { head: "KIND", cell: ({ kind }) => kind },
    { head: "NAME", cell: ({ name }) => name },
    { head: "FILE", cell: ({ path }) => path },
    { head: "CODE", cell: ({ problem }) => problem.code },
    { head: "MESSAGE", cell: ({ problem }) => problem.message },
  ],
};

export const eventView: View<Event> = {
  kind: "event",
  name: ({ cursor }) => cursor,
  columns: [
    { head: "LAST SEEN", cell: ({ at }) => age(at) },
    { head: "KIND", cell: ({ kind }) => kind },
    { head: "SUBJECT", cell: ({ subject }) => subject },
    { head: "AT", cell: ({ at }) => at, wide: true },
    { head: "CURSOR", cell: ({ cursor }) => cursor, wide: true },
    { head: "FACTS", cell: ({ subject, body }) => factsOf(body, subject) },
  ],
};

/** On one line, without what is not so, and what the subject says already. */
export const factsOf = (facts: Readonly<Record<string, unknown>>, subject = ""): string =>
  Object.entries(facts)
    .filter(([, value]) => value !== null && !subject.endsWith(`/${String(value)}`))
    .map(([name, value]) => `${name}=${factText(value)}`)
    .join(" ");

export const auditView: View<AuditEntry> = {
  kind: "audit",
  name: ({ id }) => id,
  columns: [
    { head: "AT", cell: ({ at }) => at },
    { head: "ACTOR", cell: ({ actor }) => actor },
    { head: "ACTION", cell: ({ action }) => action },
    { head: "OBJECT", cell: ({ object }) => object },
    { head: "RESULT", cell: ({ result }) => result },
    { head: "REQUEST", cell: ({ requestId }) => requestId, wide: true },
    { head: "DETAILS", cell: ({ details }) => factsOf(details), wide: true },
  ],
};
