import { DroverError } from "@drover/kit";
import { fleetName } from "@drover/proto/fleet";
import { type EditedKind, editedKinds } from "@drover/proto/rest";

/** kubectl's habits: also in the plural, and short. */
const shortNames: Readonly<Partial<Record<EditedKind, readonly string[]>>> = {
  Application: ["app", "apps"],
  Environment: ["env", "envs"],
  Strategy: ["strategies", "strat"],
  Project: ["proj"],
  Freeze: ["fz"],
  Notification: ["no"],
  Cluster: ["cl"],
};

/** The kind that a word stands for, if it is one whose objects people edit. */
export function editedKind(text: string): EditedKind | undefined {
  const word = text.toLowerCase();
  return editedKinds.find((kind) => [kind.toLowerCase(), `${kind.toLowerCase()}s`, ...(shortNames[kind] ?? [])].includes(word));
}

export interface ObjectName<Kind extends EditedKind = EditedKind> {
  readonly kind: Kind;
  readonly name: string;
}

/** Kubectl's two ways to name objects: `env staging production`, or `env/staging strategy/careful`. Throws OPTION_INVALID. */
export function parseObjectNames(words: readonly string[]): readonly ObjectName[] {
  const [word = "", ...names] = words;
  if (names.length === 0 || word.includes("/")) return words.map(parseObjectName);
  return names.map((name) => parseObjectName(name.includes("/") ? name : `${word}/${name}`));
}

/** `environment/production`, or `fleet`, as kind and name. Throws OPTION_INVALID. */
function parseObjectName(text: string): ObjectName {
  const [word = "", given = "", ...more] = text.split("/");
  const kind = editedKind(word);
  const name = nameWithin(kind, given);
  if (kind === undefined || name === undefined || more.length > 0)
    throw new DroverError(
      "invalid",
      "OPTION_INVALID",
      `"${text}" names no fleet object: write kind/name with one of ${editedKinds.map((one) => one.toLowerCase()).join(", ")}`,
    );
  return { kind, name };
}

/** Of the fleet itself there is one, which need not be named. */
function nameWithin(kind: EditedKind | undefined, given: string): string | undefined {
  if (kind === "Fleet") return given === "" || given === fleetName ? fleetName : undefined;
  return given === "" ? undefined : given;
}
