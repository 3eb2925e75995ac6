import { fileURLToPath } from "node:url";
import type { JsonObject } from "@drover/kit";
import { parseAllDocuments } from "yaml";
import { helm } from "../helm.ts";

const folder = fileURLToPath(new URL("chart", import.meta.url));

/** Our own chart as Helm renders it: 110 objects and two hooks. */
export async function renderedChart(namespace: string, release: "1" | "2"): Promise<readonly JsonObject[]> {
  const { ok, out, said } = await helm("helm", [
    "template",
    "parcels",
    folder,
    "--namespace",
    namespace,
    "--set-string",
    `release=${release}`,
  ]);
  if (!ok) throw new Error(said);
  return parseAllDocuments(out)
    .map((document) => document.toJSON() as JsonObject | null)
    .filter((object) => object !== null);
}
