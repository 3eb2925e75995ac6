import { stringify } from "yaml";
import type { ApplicationRemoval, Cluster, ClusterRemoval, Pin } from "./schemas.ts";
import { appendItem, removeItems, removeKey, setScalar } from "./yaml-edit.ts";
import { rewriteYaml } from "./yaml-rewrite.ts";

/**
 * The edits that Drover makes to fleet files. Each takes the file's text (undefined when there is none yet) and answers the new text;
 * edits that can leave nothing answer undefined when the file is to be removed. They change the fewest lines and keep comments.
 */
type Pinned = Required<Pick<Pin, "revision">> & Pick<Pin, "reason">;

/** Who may move the pin from now on: a person alone, auto-promotion too, or whoever might before. */
export type PinPromotion = "Manual" | "Automatic" | "Kept";

/** Moves the pin of the environment; exceptions stay. An old reason goes with the revision it was given for. */
export function setPinRevision(text: string | undefined, pinned: Pinned, promotion: PinPromotion = "Manual"): string {
  const moved = setPinned(text ?? "", [], pinned);
  switch (promotion) {
    case "Automatic":
      return setPinAutomatic(moved);
    case "Manual":
      return removeKey(moved, ["promotion"]) ?? moved; // never empty: the revision has just been set
    case "Kept":
      return moved;
  }
}

/** Lets auto-promotion move the pin again; its revision and reason stay. */
export const setPinAutomatic = (text: string): string => setScalar(text, ["promotion"], "Automatic");

/** Lets go of the environment's revision (`track: head` takes over); exceptions stay. */
export const removePinRevision = (text: string): string | undefined =>
  ["promotion", "reason", "revision"].reduce<string | undefined>((left, key) => left && removeKey(left, [key]), text);

export const setPinException = (text: string | undefined, cluster: string, pinned: Pinned): string =>
  setPinned(text ?? "", ["clusters", cluster], pinned);

export const removePinException = (text: string, cluster: string): string | undefined => removeKey(text, ["clusters", cluster]);

function setPinned(text: string, at: readonly string[], { revision, reason }: Pinned): string {
  const moved = setScalar(text, [...at, "revision"], revision);
  if (reason !== undefined) return setScalar(moved, [...at, "reason"], reason);
  return removeKey(moved, [...at, "reason"]) ?? moved; // never empty: the revision has just been set
}

/** Adds a revision that nobody may roll out. */
export const quarantineRevision = (text: string | undefined, revision: string, reason: string): string =>
  appendItem(text ?? "", "revisions", { revision, reason });

/** Takes the entries out that `means` the revision; the file goes with the last one. */
export const releaseRevision = (text: string, means: (revision: string) => boolean): string | undefined =>
  removeItems(text, "revisions", (item) => means(String((item as { readonly revision: unknown }).revision)));

/** The file that enrolment adds. */
export function newClusterFile({ id, project, labels = {}, values = {} }: Cluster): string {
  const form = {
    id,
    ...(project === undefined ? {} : { project }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(values).length === 0 ? {} : { values }),
  };
  return newFleetFile(form);
}

/** The file of an object that says this. */
export const newFleetFile = (form: object): string => stringify(form, { compat: "yaml-1.1", lineWidth: 0 });

/** Makes the file say exactly this; lines that say the same are not touched. */
export const replaceForm = (text: string, form: object): string => rewriteYaml(text, form as Readonly<Record<string, unknown>>);

/** The file that asks for a removal. */
export const newRemovalFile = (form: ApplicationRemoval | ClusterRemoval): string => newFleetFile(form);

/** Makes the labels exactly these; lines of labels that stay are not touched. */
export function setClusterLabels(text: string, labels: Readonly<Record<string, string>>, before: Cluster["labels"] = {}): string {
  let edited = text;
  for (const [key, value] of Object.entries(labels)) edited = setScalar(edited, ["labels", key], value);
  for (const key of Object.keys(before)) if (!Object.hasOwn(labels, key)) edited = removeKey(edited, ["labels", key]) ?? edited;
  return edited;
}
