import type { Event } from "@drover/proto/rest";

export interface EventWords {
  readonly text: string;
  /** The state that it came to, for its colour and shape. */
  readonly word?: string;
}

/** What an event of a cluster says to somebody who does not know its form. One of a kind that came later says its kind. */
export function eventInWords(kind: Event["kind"], body: Event["body"]): EventWords {
  const said = (name: string): string | undefined => (typeof body[name] === "string" ? body[name] : undefined);
  const { application, environment, reason, message } = {
    application: said("application") ?? "an application",
    environment: said("environment"),
    reason: said("reason"),
    message: said("message"),
  };
  switch (kind) {
    case "ClusterStateChanged":
      return { text: `${said("from") ?? "unknown"} → ${said("to") ?? "unknown"}`, word: said("to") ?? "Unknown" };
    case "StatusChanged":
      return statusInWords(application, said("health") ?? "Unknown", said("sync") ?? "Unknown", reason);
    case "AssignmentChanged":
      return { text: `It was given ${application} anew` };
    case "ClusterEnrolled":
      return { text: "Its agent enrolled", word: "Connected" };
    case "ClusterRevoked":
      return { text: `Its identity ended${reason === undefined ? "" : `: ${reason}`}`, word: "Revoked" };
    case "ClusterJoined":
      return { text: `Joined ${environment ?? "an environment"} with ${application}` };
    case "ClusterChanged":
      return { text: "Its versions or what it can run changed" };
    case "FleetObjectChanged":
      return { text: `Its file ${said("path") ?? ""} was ${said("change") === "Removed" ? "removed" : "changed"}` };
    default:
      return message === undefined ? { text: kind } : { text: `${said("kind") ?? kind}: ${message}` };
  }
}

function statusInWords(application: string, health: string, sync: string, reason: string | undefined): EventWords {
  const because = reason === undefined ? "" : `: ${reason}`;
  return { text: `${application} is ${health} and ${sync}${because}`, word: health === "Healthy" ? sync : health };
}
