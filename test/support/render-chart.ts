import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@drover/kit";
import { helm, type HelmResult } from "./helm.ts";

/** Renders a chart with these values alone; `template` are Helm's arguments up to them. */
export async function renderChart(
  program: Parameters<typeof helm>[0],
  template: readonly string[],
  values: JsonObject,
): Promise<HelmResult> {
  const folder = await mkdtemp(join(tmpdir(), "drover-chart-"));
  try {
    const file = join(folder, "values.json");
    await writeFile(file, JSON.stringify(values));
    return await helm(program, [...template, "--values", file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
