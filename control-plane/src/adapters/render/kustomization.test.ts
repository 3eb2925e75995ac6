import { expect, test } from "vitest";
import { kustomizationFolders } from "./kustomization.ts";

const filesOf = (texts: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> =>
  new Map(Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)]));

const folders = (texts: Readonly<Record<string, string>>, folder = "app"): readonly string[] => [
  ...kustomizationFolders(filesOf(texts), folder),
];

test("bases and components are followed, within the repository and outside the path", () => {
  const texts = {
    "app/kustomization.yaml": "resources: [../base, own.yaml, sub/]\ncomponents: [../parts/debug]\n",
    "app/own.yaml": "",
    "app/sub/Kustomization": "{resources: []}",
    "base/kustomization.yml": "resources: [cm.yaml, ../base/deeper]\n",
    "base/cm.yaml": "",
    "base/deeper/kustomization.yaml": "bases: [../../base]\n",
    "parts/debug/kustomization.yaml": "kind: Component\n",
    "other/kustomization.yaml": "resources: ['https://elsewhere']\n",
  };
  expect(folders(texts)).toEqual(["app", "../base", "app/sub", "parts/debug", "base/deeper"].map((path) => path.replace("../", "")));
});

test.each([
  "https://github.com/org/repo//path?ref=v1",
  "http://10.0.0.1/x.yaml",
  "git@github.com:org/repo",
  "ssh://git@host/org/repo",
  "git::https://host/org/repo",
  "github.com/org/repo",
  "GitHub.com/org/repo?ref=main",
  "host.example/org/repo.git",
  "host.example/org/repo//deploy",
  "base?ref=v1",
  "file:///etc/kubernetes",
  "gh:org/repo",
])("a base %s is fetched from nowhere", (path) => {
  // A folder of that name in the repository must not make it pass either.
  const texts = { "app/kustomization.yaml": `resources: ["${path}"]\n`, [`app/${path}/kustomization.yaml`]: "{resources: []}" };
  expect(() => folders(texts)).toThrow(expect.objectContaining({ code: "KUSTOMIZE_REMOTE", details: { file: "app/kustomization.yaml" } }));
});

test.each([
  "patches: [{ path: 'https://host/p.yaml' }]",
  "patchesJson6902: [{ path: 'https://host/p.yaml', target: { kind: A } }]",
  "patchesStrategicMerge: ['https://host/p.yaml']",
  "replacements: [{ path: 'https://host/p.yaml' }]",
  "crds: ['https://host/p.yaml']",
  "configurations: ['https://host/p.yaml']",
  "openapi: { path: 'https://host/p.yaml' }",
  "configMapGenerator: [{ name: a, files: ['https://host/p.yaml'] }]",
  "configMapGenerator: [{ name: a, files: ['key=https://host/p.yaml'] }]",
  "configMapGenerator: [{ name: a, envs: ['https://host/p.env'] }]",
  "secretGenerator: [{ name: a, env: 'https://host/p.env' }]",
  "components: ['https://host/part']",
  "bases: ['https://host/base']",
])("%s fetches nothing", (text) => {
  expect(() => folders({ "app/kustomization.yaml": text })).toThrow(expect.objectContaining({ code: "KUSTOMIZE_REMOTE" }));
});

test.each(["../../outside", "/etc", "..\\\\windows", "../app/../../x"])("a base %s is outside the repository", (path) => {
  expect(() => folders({ "app/kustomization.yaml": `resources: ["${path}"]` })).toThrow(
    expect.objectContaining({ code: "KUSTOMIZE_PATH_OUTSIDE" }),
  );
});

test.each([
  { key: "generators", code: "KUSTOMIZE_PLUGIN" },
  { key: "transformers", code: "KUSTOMIZE_PLUGIN" },
  { key: "validators", code: "KUSTOMIZE_PLUGIN" },
  { key: "helmCharts", code: "KUSTOMIZE_HELM" },
  { key: "helmChartInflationGenerator", code: "KUSTOMIZE_HELM" },
])("$key is refused, also in a base", ({ key, code }) => {
  const texts = { "app/kustomization.yaml": "resources: [../base]", "base/kustomization.yaml": `${key}: [a.yaml]` };
  expect(() => folders(texts)).toThrow(expect.objectContaining({ code, details: { file: "base/kustomization.yaml" } }));
});

test.each([
  { name: "no kustomization", texts: { "app/a.yaml": "" }, code: "KUSTOMIZE_NOT_FOUND" },
  { name: "two of them", texts: { "app/kustomization.yaml": "", "app/Kustomization": "" }, code: "KUSTOMIZE_TWICE" },
  { name: "two documents", texts: { "app/kustomization.yaml": "{a: 1}\n---\n{b: 1}\n" }, code: "KUSTOMIZE_INVALID" },
  { name: "a base that is not there", texts: { "app/kustomization.yaml": "resources: [../base]" }, code: "KUSTOMIZE_PATH_MISSING" },
  {
    name: "a host that looks like a path",
    texts: { "app/kustomization.yaml": "resources: [host.example/a/b]" },
    code: "KUSTOMIZE_PATH_MISSING",
  },
  { name: "a key twice", texts: { "app/kustomization.yaml": "resources: []\nresources: []" }, code: "MANIFEST_YAML" },
])("$name is refused", ({ texts, code }) => {
  expect(() => folders(texts)).toThrow(expect.objectContaining({ code }));
});

test("a chain of bases without end is cut", () => {
  const texts = Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [`b${index}/kustomization.yaml`, `resources: [../b${index + 1}]`]),
  );
  expect(() => folders(texts, "b0")).toThrow(expect.objectContaining({ code: "KUSTOMIZE_TOO_MANY" }));
});
