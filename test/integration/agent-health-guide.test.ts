import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileHealthRule } from "@drover/proto/health-rule";
import { parseFleetFile } from "@drover/proto/fleet";
import type { HealthRule } from "@drover/proto/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { droverCli } from "../support/drover-cli.ts";
import { commandsIn } from "../support/guide-commands.ts";

const guide = "health-rules.md";
const text = readFileSync(new URL(`../../docs/guides/${guide}`, import.meta.url), "utf8");
const [fleetFile = ""] = [...text.matchAll(/^```yaml\n(# applications[\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
const source = "source: { repository: https://git.example.com/shop.git }\n";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-health-guide-"));
  await mkdir(join(folder, "applications"));
  await writeFile(join(folder, "drover.yaml"), "apiVersion: drover.dev/v1\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As a reader would run it, in the folder of the fleet's files. */
const validate = async (file: string): Promise<string> => {
  await writeFile(join(folder, "applications", "shop.yaml"), source + file);
  const [program, ...args] = (commandsIn(guide)[0] ?? "").trim().split(" ");
  expect(program).toBe("drover");
  const { status, out, said } = await droverCli({}, folder)(...args);
  return `${status} ${out}${said}`;
};

test("drover validate accepts the guide's file, and refuses a rule that cannot be read", async () => {
  expect(await validate(fleetFile)).toMatch(/^0 /);
  const broken = await validate(fleetFile.replace("status.ready == spec.replicas", "status.ready =="));
  expect(broken).toMatch(/^[^0]/);
  expect(broken).toContain("FLEET_HEALTH_RULE_INVALID");
});

test("the guide's rule says what the guide says", () => {
  expect(parseFleetFile("applications/shop.yaml", source + fleetFile)).toMatchObject({ kind: "object" });
  const [rule] = (parse(fleetFile) as { healthRules: HealthRule[] }).healthRules;
  const compiled = compileHealthRule(rule!);
  if ("problems" in compiled) throw new Error(JSON.stringify(compiled.problems));
  const judged = (status: object): string => compiled.judge({ metadata: {}, spec: { replicas: 3n }, status }).kind;
  expect(judged({})).toBe("neither");
  expect(judged({ ready: 3n })).toBe("current");
  expect(judged({ ready: 3n, phase: "Restoring" })).toBe("inProgress");
  expect(judged({ ready: 3n, phase: "Restoring", members: [{ state: "Up" }, { state: "Lost" }] })).toBe("failed");
});

test("its other command is run by the test of another guide", () => {
  expect(commandsIn(guide)).toEqual(["drover validate .\n", "drover tree shop --cluster eu-1\n"]);
});
