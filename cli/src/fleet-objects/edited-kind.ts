import { DroverError } from "@drover/kit";
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

/** `environment/production` as kind and name. Throws OPTION_INVALID. */
export function parseObjectName(text: string): { readonly kind: EditedKind; readonly name: string } {
  const [word = "", name = "", ...more] = text.split("/");
  const kind = editedKind(word);
  if (kind === undefined || name === "" || more.length > 0)
    throw new DroverError(
      "invalid",
      "OPTION_INVALID",
      `"${text}" names no fleet object: write kind/name with one of ${editedKinds.map((one) => one.toLowerCase()).join(", ")}`,
    );
  return { kind, name };
}
