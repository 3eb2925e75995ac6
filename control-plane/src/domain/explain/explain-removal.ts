import { plural } from "@drover/kit";
import { causedBy, type Link } from "./link.ts";

/** A removal that is under way, and whom it waits for. */
export interface RemovalFacts {
  readonly deletionPolicy: "Delete" | "Orphan";
  readonly waiting: number;
  readonly waitingFor: readonly {
    readonly cluster: string;
    readonly application: string;
    readonly clusterState: string;
    readonly lastSeenAt?: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}

const fates = { Delete: "its objects are deleted", Orphan: "its objects stay, as nobody's" } as const;
const maxNamed = 3;

/** Why something is not gone yet. */
export function explainRemoval(what: string, subject: string, { deletionPolicy, waiting, waitingFor }: RemovalFacts): readonly Link[] {
  const link: Link = {
    kind: "Removing",
    subject,
    message: `${what} is being removed, ${fates[deletionPolicy]}; ${plural(waiting, "cluster")} ${waiting === 1 ? "has" : "have"} not done it`,
    numbers: { deletionPolicy, waiting },
    action: "wait: it goes on as agents report; revoke a cluster that never returns",
  };
  return [causedBy(link, waitingFor.slice(0, maxNamed).map(waitingLink))];
}

function waitingLink({ cluster, application, clusterState, lastSeenAt, reason, message }: RemovalFacts["waitingFor"][number]): Link {
  const subject = `clusters/${cluster}/applications/${application}`;
  if (clusterState !== "Connected")
    return {
      kind: clusterState,
      subject,
      message: `cluster ${cluster} was last heard of at ${lastSeenAt ?? "no time"}; it removes ${application} when it returns`,
      numbers: { cluster, lastSeen: lastSeenAt ?? "never" },
      action: `bring its agent back, or stop waiting for it with \`drover cluster revoke ${cluster}\``,
    };
  return {
    kind: reason ?? "AwaitingAck",
    subject,
    message: `cluster ${cluster} ${reason === undefined ? "was told to remove it and has not reported yet" : `says ${reason}${message === undefined ? "" : `: ${message}`}`}`,
    numbers: { cluster },
  };
}
