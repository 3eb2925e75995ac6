/**
 * Records how kubectl reads YAML: `node record.ts` rewrites kubernetes-yaml.json from kubectl on PATH, which needs no cluster for it.
 * Each case becomes the `spec` of an object that passes through `kubectl label --local -o json`; `json` is what came out, or absent
 * where kubectl refuses the document.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memberAt, parseJson, canonicalJson } from "@drover/kit";

const cases = readFileSync(new URL("cases.txt", import.meta.url), "utf8").split(/^=====\n/m);
const folder = mkdtempSync(join(tmpdir(), "drover-golden-"));
const file = join(folder, "case.yaml");

function readByKubectl(spec: string): string | undefined {
  writeFileSync(file, `apiVersion: v1\nkind: Widget\nmetadata: { name: x }\nspec:\n${spec}`);
  try {
    const printed = execFileSync("kubectl", ["label", "--local", "-f", file, "a=b", "-o", "json"], { encoding: "utf8", stdio: "pipe" });
    return canonicalJson(memberAt(parseJson(printed), "spec"));
  } catch {
    return undefined;
  }
}

const kubectl = JSON.parse(execFileSync("kubectl", ["version", "--client", "-o", "json"], { encoding: "utf8" })) as object;
const recorded = cases.map((spec) => ({ spec, json: readByKubectl(spec) }));
rmSync(folder, { recursive: true });
writeFileSync(
  new URL("kubernetes-yaml.json", import.meta.url),
  `${JSON.stringify({ recordedWith: memberAt(kubectl, "clientVersion", "gitVersion"), cases: recorded }, null, 2)}\n`,
);
