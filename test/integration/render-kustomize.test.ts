import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackBundle } from "@drover/proto/wire";
import { locate } from "@drover/tools";
import { expect, onTestFinished, test } from "vitest";
import { createRenderer } from "../../control-plane/src/adapters/render/renderer.ts";
import type { RenderResult } from "../../control-plane/src/app/release/render-release.ts";

/** Each test has a deadline of its own; one for the whole file would pass on a busy machine. */
const { signal } = new AbortController();

interface Rendering {
  readonly result: RenderResult;
  readonly objects: unknown;
  readonly leftBehind: readonly string[];
}

async function build(
  files: Readonly<Record<string, string>>,
  folder = "app",
  inputs?: Record<string, string | number>,
): Promise<Rendering> {
  const scratch = await mkdtemp(join(tmpdir(), "drover-test-"));
  const renderer = createRenderer({ kustomize: () => locate("kustomize"), scratch });
  onTestFinished(async () => {
    renderer.close();
    await rm(scratch, { recursive: true, force: true });
  });
  const result = await renderer.render(
    {
      render: { kind: "kustomize", substitute: inputs !== undefined },
      folder,
      files: new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)])),
      inputs: inputs ?? {},
    },
    signal,
  );
  const objects = result.kind === "bundle" ? unpackBundle(result.bundle.digest, result.bundle.gzip) : undefined;
  return { result, objects, leftBehind: await readdir(scratch) };
}

const configMap = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { answer: "yes", mode: "0644", region: "\${region}" }\n`;

test("an overlay is built over a base outside its own folder, and nothing is left behind", async () => {
  const { objects, leftBehind } = await build(
    {
      "app/kustomization.yaml":
        "resources: [../base]\nnamePrefix: eu-\nconfigMapGenerator:\n  - name: files\n    files: [logo.bin]\n    options: { disableNameSuffixHash: true }\n",
      "app/logo.bin": "plain text",
      "base/kustomization.yaml": "resources: [a.yaml]\n",
      "base/a.yaml": configMap("a"),
      "elsewhere/broken.yaml": "}{",
    },
    "app",
    { region: "eu" },
  );
  expect(objects).toEqual([
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "eu-a" }, data: { answer: "yes", mode: "0644", region: "eu" } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "eu-files" }, data: { "logo.bin": "plain text" } },
  ]);
  expect(leftBehind).toEqual([]);
});

test("a kustomization of nothing is a bundle of no objects", async () => {
  expect((await build({ "kustomization.yaml": "resources: []\n" }, "")).result).toMatchObject({ kind: "bundle", bundle: { objects: 0 } });
});

test("what Kustomize complains of is said in its words, without a path of this machine", async () => {
  const { result, leftBehind } = await build({
    "app/kustomization.yaml": "resources: [a.yaml]\nnoSuchKey: 1\n",
    "app/a.yaml": configMap("a"),
  });
  expect(result).toMatchObject({ kind: "problem", problem: { code: "KUSTOMIZE_FAILED", message: expect.stringMatching(/noSuchKey/) } });
  expect(JSON.stringify(result)).not.toContain(tmpdir());
  expect(leftBehind).toEqual([]);
});

test("a file outside its kustomization's folder is not loaded", async () => {
  const { result } = await build({ "app/kustomization.yaml": "resources: [../secret.yaml]\n", "secret.yaml": configMap("a") });
  expect(result).toMatchObject({ kind: "problem", problem: { code: "KUSTOMIZE_FAILED" } });
});

test("a remote base is refused before Kustomize runs", async () => {
  const { result } = await build({ "app/kustomization.yaml": "resources: ['https://127.0.0.1:1/base?ref=v1']\n" });
  expect(result).toMatchObject({ kind: "problem", problem: { code: "KUSTOMIZE_REMOTE", details: { file: "app/kustomization.yaml" } } });
});

test("what it prints is checked like any manifest", async () => {
  const large = `${configMap("a")}binaryData: { a: ${"x".repeat(1024 * 1024)} }\n`;
  const { result } = await build({ "app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": large });
  expect(result).toMatchObject({
    kind: "problem",
    problem: { code: "MANIFEST_OBJECT_TOO_LARGE", details: { file: "app (kustomize build)" } },
  });
});

test("what makes it take half a gigabyte is stopped", async () => {
  const hungry = `${configMap("a")}x: [${"{},".repeat(800_000)}]\n`;
  const built = build({ "app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": hungry });
  await expect(built).rejects.toThrow(expect.objectContaining({ kind: "exhausted", code: "KUSTOMIZE_MEMORY" }));
});
