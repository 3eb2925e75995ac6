import type { Difference } from "@drover/proto/wire";
import { formatPatch, structuredPatch } from "diff";
import { dump } from "js-yaml";
import { printable } from "./columns.ts";
import { paintDiffLine } from "./diff-line.ts";
import { paint } from "./paint.ts";

/** Lines around each change, as `diff -u` has them. */
const context = 3;

/** One object as a unified diff of its YAML, from what is in the cluster to what a sync would make of it. */
export function formatDifference({ group, kind, namespace, name, change, live, desired, message }: Difference, colours: boolean): string {
  const path = printable([group === "" ? "core" : group, kind, namespace ?? "-", name].join("/"));
  if (change === "Unknown") return `${paint("yellow", `? ${path}: ${printable(message ?? "could not be compared")}`, colours)}\n`;
  const patch = structuredPatch(`live/${path}`, `git/${path}`, yaml(live), yaml(desired), undefined, undefined, { context });
  return formatPatch(patch)
    .split("\n")
    .filter((line) => !line.startsWith("===") && line !== "")
    .map((line) => `${paintDiffLine(printable(line), colours)}\n`)
    .join("");
}

const yaml = (object: object | undefined): string => (object === undefined ? "" : dump(object, { noRefs: true, sortKeys: true }));
