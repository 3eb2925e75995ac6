import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const house = mkdtempSync(join(tmpdir(), "drover-boundaries-"));
afterAll(() => rmSync(house, { recursive: true, force: true }));

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
}

cpSync(join(root, ".oxlintrc.json"), join(house, ".oxlintrc.json"));

test.each([
  {
    rule: "domain/ knows no adapter",
    path: "control-plane/src/domain/a/plan.ts",
    text: `import { x } from "../../adapters/pg/x.ts";\nexport const y = x;\n`,
    says: "domain/ knows nothing but domain/",
  },
  {
    rule: "domain/ does no I/O",
    path: "agent/src/domain/read.ts",
    text: `import { readFile } from "node:fs/promises";\nexport const y = readFile;\n`,
    says: "domain/ does no I/O",
  },
  {
    rule: "domain/ reads no clock",
    path: "control-plane/src/domain/now.ts",
    text: `export const now = () => Date.now();\n`,
    says: "domain/ reads no clock",
  },
  {
    rule: "domain/ takes no chances",
    path: "kit/src/pure/dice.ts",
    text: `export const dice = () => Math.random();\n`,
    says: "domain/ makes no choices by chance",
  },
  {
    rule: "domain/ reads no environment",
    path: "control-plane/src/domain/env.ts",
    text: `export const home = () => process.env["HOME"];\n`,
    says: "domain/ is pure",
  },
  {
    rule: "app/ knows no adapter",
    path: "control-plane/src/app/promotion/promote.ts",
    text: `import { x } from "../adapters/pg/x.ts";\nexport const y = x;\n`,
    says: "app/ declares the port it needs",
  },
  {
    rule: "app/ knows no driver",
    path: "agent/src/app/sync.ts",
    text: `import { connect } from "@nats-io/transport-node";\nexport const y = connect;\n`,
    says: "app/ knows no driver",
  },
  {
    rule: "adapters/ do not call what serves",
    path: "control-plane/src/adapters/pg/x.ts",
    text: `import { serve } from "../../api/http/server.ts";\nexport const y = serve;\n`,
    says: "adapters/ implement ports",
  },
  {
    rule: "api/ knows no adapter",
    path: "control-plane/src/api/http/server.ts",
    text: `import { x } from "../../adapters/pg/x.ts";\nexport const y = x;\n`,
    says: "api/ and workers/ call app/",
  },
  {
    rule: "the console knows the REST contract only",
    path: "console/src/live.ts",
    text: `import { x } from "@drover/proto/wire";\nexport const y = x;\n`,
    says: "it knows the REST contract and the pure kit",
  },
])("the linter refuses it when $rule is broken", ({ path, text, says }) => {
  plant(path, text);
  const { stdout, status } = spawnSync("oxlint", [path], { cwd: house, encoding: "utf8" });
  expect(stdout).toContain(says);
  expect(status).toBe(1);
  plant(path, "export const y = 1;\n");
  expect(spawnSync("oxlint", [path], { cwd: house, encoding: "utf8" }).status).toBe(0);
});

test("the linter refuses a circle of imports", () => {
  plant("kit/src/node/a.ts", `import { b } from "./b.ts";\nexport const a = (): number => b();\n`);
  plant("kit/src/node/b.ts", `import { a } from "./a.ts";\nexport const b = (): number => a();\n`);
  const { stdout, status } = spawnSync("oxlint", ["kit/src/node"], { cwd: house, encoding: "utf8" });
  expect(stdout).toContain("import(no-cycle)");
  expect(status).toBe(1);
});

test("turbo refuses a control plane that imports the agent", () => {
  const workspaces = ["agent", "control-plane"];
  plant("package.json", JSON.stringify({ name: "house", private: true, workspaces, packageManager: "npm@11.19.1" }));
  plant("package-lock.json", JSON.stringify({ name: "house", lockfileVersion: 3, packages: {} }));
  cpSync(join(root, "turbo.json"), join(house, "turbo.json"));
  for (const name of workspaces) {
    const dependencies = name === "control-plane" ? { "@drover/agent": "0.1.0" } : {};
    plant(
      `${name}/package.json`,
      JSON.stringify({ name: `@drover/${name}`, version: "0.1.0", exports: { ".": "./index.ts" }, dependencies }),
    );
    cpSync(join(root, name, "turbo.json"), join(house, name, "turbo.json"));
    mkdirSync(join(house, "node_modules/@drover"), { recursive: true });
    symlinkSync(join(house, name), join(house, "node_modules/@drover", name));
  }
  plant("agent/index.ts", "export const a = 1;\n");
  plant("control-plane/index.ts", `export { a } from "@drover/agent";\n`);
  spawnSync("git", ["init", "-q"], { cwd: house });
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1" };
  const { stdout, stderr, status } = spawnSync("turbo", ["boundaries", "--no-color"], { cwd: house, encoding: "utf8", env });
  expect(`${stdout}${stderr}`).toMatch(/control-plane/);
  expect(status).toBe(1);
});
