import { plural } from "@drover/kit";
import { text } from "./event-body.ts";
import type { LoggedEvent } from "./facts.ts";
import type { Concerns, Message } from "./message.ts";

const everything: Concerns = { projects: "all", environments: "all", applications: "all" };
/** Only routes that choose no place hear of it: a team is not told of every other team's mistakes. */
const nobodys: Concerns = { projects: [], environments: [], applications: [] };

/** Of the whole fleet: the emergency stop, and the fleet repository. */
export function tellOfFleet({ kind, at, subject, body }: LoggedEvent): Message | undefined {
  const said = `${text(body["actor"]) ?? ""}: ${text(body["reason"]) ?? ""}`;
  const rest = { subject, at, path: "/", facts: [] };
  const stop = (action: "trigger" | "resolve") => ({ key: "emergency-stop", action });
  const held = (action: "trigger" | "resolve") => ({ key: "fleet-held", action });
  switch (kind) {
    case "FleetStopped":
      return {
        ...rest,
        event: "EmergencyStop",
        severity: "Critical",
        title: "The whole fleet is stopped",
        text: said,
        concerns: everything,
        incident: stop("trigger"),
      };
    case "FleetStopReleased":
      return {
        ...rest,
        event: "EmergencyStopReleased",
        severity: "Info",
        title: "The fleet goes on",
        text: said,
        concerns: everything,
        incident: stop("resolve"),
      };
    case "FleetHeld": {
      const problem = body["problem"] as { readonly code?: unknown; readonly message?: unknown } | null;
      return {
        ...rest,
        event: "FleetHeld",
        severity: "Critical",
        title: "The fleet repository cannot be read",
        text: text(problem?.message) ?? "",
        facts: [{ name: "Code", value: text(problem?.code) ?? "" }],
        concerns: everything,
        incident: held("trigger"),
      };
    }
    case "FleetRecovered":
      return {
        ...rest,
        event: "FleetRecovered",
        severity: "Info",
        title: "The fleet repository can be read again",
        text: "",
        concerns: everything,
        incident: held("resolve"),
      };
    default:
      return undefined;
  }
}

const listed = 5;

/** One message for all the invalid files of a commit. A file of one place concerns that place's people. */
export function tellOfInvalidFiles(events: readonly LoggedEvent[]): Message | undefined {
  const [first] = events;
  if (first === undefined) return undefined;
  const files = events.map(({ body }) => {
    const problem = body["problem"] as { readonly message?: unknown } | null;
    return { path: text(body["path"]) ?? "", message: text(problem?.message) ?? "", concerns: concernsOf(body) };
  });
  const [only] = files.map(({ concerns }) => concerns);
  const more = files.length - listed;
  return {
    event: "FleetFileInvalid",
    severity: "Warning",
    subject: first.subject,
    title: `${plural(files.length, "fleet file")} ${files.length === 1 ? "is" : "are"} invalid`,
    text: [
      "What was valid before stays in force.",
      ...files.slice(0, listed).map(({ path, message }) => `${path}: ${message}`),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join("\n"),
    facts: [{ name: "Commit", value: first.subject.replace(/^fleet\//, "") }],
    path: "/",
    at: first.at,
    concerns: files.length === 1 && only !== undefined ? only : nobodys,
  };
}

function concernsOf(body: LoggedEvent["body"]): Concerns {
  const [kind, name] = [text(body["kind"]), text(body["name"]) ?? ""];
  if (kind === "Pin" || kind === "ApplicationRemoval") {
    const [environment = "", application = ""] = name.split("/");
    return { projects: [], environments: [environment], applications: [application] };
  }
  if (kind === "Application" || kind === "Quarantine") return { projects: [], environments: "all", applications: [name] };
  if (kind === "Environment") return { projects: "all", environments: [name], applications: "all" };
  return kind === "Project" ? { projects: [name], environments: "all", applications: "all" } : nobodys;
}
