import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fleetJsonSchemas } from "@drover/proto/fleet";
import packageJson from "../package.json" with { type: "json" };
import { withChartValues } from "./generate/chart-values.ts";
import { cliReference } from "./generate/cli.ts";
import { configurationReference } from "./generate/configuration.ts";
import { errorsReference } from "./generate/errors.ts";
import { grpcReference } from "./generate/grpc.ts";
import { openApiReference, restReference } from "./generate/rest.ts";

const { version } = packageJson;

/** Path in the repository → text. */
type Generated = ReadonlyMap<string, string>;

const charts = ["charts/drover", "charts/drover-agent"];

async function documents(): Promise<Generated> {
  return new Map([
    ["docs/reference/cli.md", await cliReference()],
    ["docs/reference/configuration.md", configurationReference()],
    ["docs/reference/errors.md", errorsReference()],
    ["docs/reference/rest.md", restReference()],
    ["docs/reference/grpc.md", grpcReference()],
    ...(await Promise.all(charts.map(chartReadme))),
    ["docs/reference/openapi.json", openApiReference(version)],
    ...fleetJsonSchemas().map(({ name, schema }): [string, string] => [
      `docs/reference/schemas/${name}.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  ]);
}

async function chartReadme(chart: string): Promise<[string, string]> {
  const [readme = "", values = ""] = await Promise.all(["README.md", "values.yaml"].map((file) => readFile(`${chart}/${file}`, "utf8")));
  return [`${chart}/README.md`, withChartValues(readme, values)];
}

/** Makes every generated file; answers those that differ from what is committed. With `write: false` nothing is changed. */
export async function generate({ write }: { readonly write: boolean }): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [path, text] of await documents()) {
    const formatted = format(path, text);
    const current = await readFile(path, "utf8").catch(() => undefined);
    if (current === formatted) continue;
    changed.push(path);
    if (!write) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, formatted);
  }
  return changed;
}

/** Generated files obey the formatter like all others. */
function format(path: string, text: string): string {
  const { status, stdout } = spawnSync("oxfmt", [`--stdin-filepath=${path}`], { input: text, encoding: "utf8" });
  return status === 0 ? stdout : text;
}

if (import.meta.main) for (const path of await generate({ write: true })) console.log(`wrote ${path}`);
