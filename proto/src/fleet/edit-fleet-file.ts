import { stringify } from "yaml";
import type { ApplicationRemoval, Cluster, ClusterRemoval, Pin } from "./schemas.ts";
import { removeKey, setScalar } from "./yaml-edit.ts";

/**
 * The edits that Drover makes to fleet files. Each takes the file's text (undefined when there is none yet) and answers the new text;
 * edits that can leave nothing answer undefined when the file is to be removed. They change the fewest lines and keep comments.
 */
type Pinned = Required<Pick<Pin, "revision">> & Pick<Pin, "reason">;

/** Moves the pin of the environment; exceptions stay. An old reason goes with the revision it was given for. */
export const setPinRevision = (text: string | undefined, pinned: Pinned): string => setPinned(text ?? "", [], pinned);

/** Lets go of the environment's revision (`track: head` takes over); exceptions stay. */
export function removePinRevision(text: string): string | undefined {
  const unreasoned = removeKey(text, ["reason"]);
  return unreasoned === undefined ? undefined : removeKey(unreasoned, ["revision"]);
}

export const setPinException = (text: string | undefined, cluster: string, pinned: Pinned): string =>
  setPinned(text ?? "", ["clusters", cluster], pinned);

export const removePinException = (text: string, cluster: string): string | undefined => removeKey(text, ["clusters", cluster]);

function setPinned(text: string, at: readonly string[], { revision, reason }: Pinned): string {
  const moved = setScalar(text, [...at, "revision"], revision);
  if (reason !== undefined) return setScalar(moved, [...at, "reason"], reason);
  return removeKey(moved, [...at, "reason"]) ?? moved; // never empty: the revision has just been set
}

/** The file that enrolment adds. */
export function newClusterFile({ id, project, labels = {}, values = {} }: Cluster): string {
  const form = {
    id,
    ...(project === undefined ? {} : { project }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(values).length === 0 ? {} : { values }),
  };
  return stringify(form, { compat: "yaml-1.1", lineWidth: 0 });
}

/** The file that asks for a removal. */
export const newRemovalFile = (form: ApplicationRemoval | ClusterRemoval): string => stringify(form, { compat: "yaml-1.1", lineWidth: 0 });

/** Makes the labels exactly these; lines of labels that stay are not touched. */
export function setClusterLabels(text: string, labels: Readonly<Record<string, string>>, before: Cluster["labels"] = {}): string {
  let edited = text;
  for (const [key, value] of Object.entries(labels)) edited = setScalar(edited, ["labels", key], value);
  for (const key of Object.keys(before)) if (!Object.hasOwn(labels, key)) edited = removeKey(edited, ["labels", key]) ?? edited;
  return edited;
}
