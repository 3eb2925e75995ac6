import type { KubeObject } from "@drover/agent";
import { canonicalJson, type JsonObject, memberAt } from "@drover/kit";
import { configMap, deployment } from "./cluster-view.ts";

export type Kind = "ConfigMap" | "Deployment";
/** Who puts it right: the agent, or a watch and one apply without anything around them. */
export type Healer = "agent" | "bare";

/** One object, and what a person does to it. */
export interface Case {
  readonly kind: Kind;
  readonly healer: Healer;
  readonly damage: "deleted" | "edited";
  readonly object: KubeObject;
}

export interface Kept {
  readonly agent: readonly KubeObject[];
  readonly bare: readonly KubeObject[];
}

export const objectsNamed = (prefix: string, count: Readonly<Record<Kind, number>>): readonly KubeObject[] => [
  ...Array.from({ length: count.ConfigMap }, (_, index) => configMap(`${prefix}-${index}`, "v1")),
  ...Array.from({ length: count.Deployment }, (_, index) => deployment(`${prefix}-${index}`, "v1", 0)),
];

/** Objects `from` to `to` of each kind and healer, evenly mixed; deletions and edits in turns. */
export function casesOf(kept: Kept, from: number, to: Readonly<Record<Kind, number>>): readonly Case[] {
  const placed = (["ConfigMap", "Deployment"] as const).flatMap((kind) =>
    (["agent", "bare"] as const).flatMap((healer) => {
      const mine = kept[healer].filter((object) => object.kind === kind).slice(from, to[kind]);
      return mine.map((object, index) => {
        const damage = index % 2 === 0 ? ("deleted" as const) : ("edited" as const);
        return { at: (index + (healer === "agent" ? 0.25 : 0.75)) / mine.length, case: { kind, healer, damage, object } };
      });
    }),
  );
  return placed.sort((a, b) => a.at - b.at).map((one) => one.case);
}

/** What `kubectl edit` sends: another image, or another line of settings. */
export const editOf = ({ kind }: KubeObject): JsonObject =>
  kind === "ConfigMap"
    ? { data: { text: "edited by hand" } }
    : { spec: { template: { spec: { containers: [{ name: "main", image: "registry.drover.test/main:by-hand" }] } } } };

/** Whether all that was damaged is as it should be. */
export function isRight(found: KubeObject, wanted: KubeObject): boolean {
  const part = (object: KubeObject): unknown =>
    object.kind === "ConfigMap"
      ? memberAt(object, "data")
      : (memberAt(object, "spec", "template", "spec", "containers") as readonly { readonly image: string }[])[0]?.image;
  return canonicalJson(part(found)) === canonicalJson(part(wanted));
}
