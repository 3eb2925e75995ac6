import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorCatalogue } from "../../proto/src/error-catalogue/index.ts";

const root = join(import.meta.dirname, "../..");
const workspaces = ["kit", "proto", "tools", "control-plane", "agent", "cli", "console", "demo"];

/** Words in capitals that are no codes: the environment, files, and what other programs say. */
const foreign =
  /^(DROVER|XDG|OTEL|NODE|GIT|SSH|LC|FST|ERR|KUBEBUILDER|PG|UND_ERR|EAI|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)_|^(DATABASE_URL|NO_COLOR|FORCE_COLOR|NOT_SERVING|DUPLICATE_KEY|ALLOW_UNSAFE)$/;

const sources = workspaces.flatMap((workspace) =>
  readdirSync(join(root, workspace, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.(test|fixture)\.ts$|(^|\/)gen\/|error-catalogue/.test(path))
    .map((path) => ({ path: join(workspace, "src", path), text: readFileSync(join(root, workspace, "src", path), "utf8") })),
);

/** Codes have a `_`, so that they can be told from other words. Two are older. */
const codePattern = /"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|INTERNAL|CANCELLED)"/g;
const known = new Map(Object.values(errorCatalogue).flatMap((entries) => Object.entries(entries)));

test("every code in the sources is in the catalogue", () => {
  const missing = sources.flatMap(({ path, text }) =>
    [...text.matchAll(codePattern)]
      .map(([, code]) => code ?? "")
      .filter((code) => !foreign.test(code) && !known.has(code))
      .map((code) => `${code} (${path})`),
  );
  expect([...new Set(missing)]).toEqual([]);
});

test("the catalogue gives the kind that is thrown", () => {
  const thrown = /new DroverError\(\s*"([a-z-]+)",\s*"([A-Z][A-Z0-9_]+)"/g;
  const wrong = sources.flatMap(({ path, text }) =>
    [...text.matchAll(thrown)]
      .filter(([, kind, code]) => known.has(code ?? "") && known.get(code ?? "")?.kind !== kind)
      .map(([, kind, code]) => `${code} is thrown as ${kind} in ${path}, the catalogue says ${known.get(code ?? "")?.kind}`),
  );
  expect([...new Set(wrong)]).toEqual([]);
});

test("nothing in the catalogue is out of use", () => {
  const used = new Set(sources.flatMap(({ text }) => [...text.matchAll(codePattern)].map(([, code]) => code)));
  // Put together from a kind's name.
  const composed = ["APPLICATION_NOT_FOUND", "ENVIRONMENT_NOT_FOUND", "PROJECT_NOT_FOUND"];
  expect([...known.keys()].filter((code) => !used.has(code) && !composed.includes(code))).toEqual([]);
});

test("no code has two entries", () => {
  const all = Object.values(errorCatalogue).flatMap((entries) => Object.keys(entries));
  expect(all.length).toBe(known.size);
});
