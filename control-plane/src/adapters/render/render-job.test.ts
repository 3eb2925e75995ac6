import { canonicalJson, type JsonObject } from "@drover/kit";
import { digestOf } from "@drover/proto/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Inputs } from "../../domain/release/release.ts";
import { renderBundle, type RenderJob, renderObjects } from "./render-job.ts";

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly inputs?: Inputs;
}

const job = ({ files, folder = "", inputs }: Given): RenderJob => ({
  render: { kind: "yaml", substitute: inputs !== undefined },
  folder,
  files: new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)])),
  inputs: inputs ?? {},
  kustomize: undefined,
  scratch: "",
});

const render = (given: Given): Promise<readonly JsonObject[]> => renderObjects(job(given));

const configMap = (name: string, more = ""): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;

describe("which files", () => {
  const names = async (folder: string): Promise<readonly unknown[]> => {
    const files = {
      "deploy/b.yml": configMap("b"),
      "deploy/a.yaml": configMap("a"),
      "deploy/more/c.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}',
      "deploy/kustomization.yaml": "resources: [a.yaml]",
      "deploy/.github/ci.yaml": "on: push",
      "deploy/README.md": "# Read me",
      "deployment.yaml": configMap("outside"),
    };
    return (await render({ files, folder })).map(({ metadata }) => (metadata as JsonObject)["name"]);
  };

  test.each(["deploy", "deploy/", "./deploy", "deploy/."])(
    "manifests at and below %s, no hidden ones, no kustomization",
    async (folder) => {
      expect(await names(folder)).toEqual(["a", "b", "c"]);
    },
  );

  test("none at all is an empty bundle, not an error", async () => {
    expect(await renderBundle(job({ files: { "README.md": "" } }))).toMatchObject({ objects: 0, size: 2 });
  });

  test.each(["../other", "/etc", "a/../..", "a\\b"])("a folder %s is refused", async (folder) => {
    await expect(render({ files: {}, folder })).rejects.toThrow(expect.objectContaining({ code: "SOURCE_PATH_UNSAFE" }));
  });

  test.each(["../a.yaml", "/etc/passwd", "a//b.yaml", "a/./b.yaml", ".git/config", "a/.GIT/x", "a\u001b.yaml", "a\n.yaml", "a\\b.yaml"])(
    "a file called %j is refused",
    async (path) => {
      await expect(render({ files: { [path]: "" } })).rejects.toThrow(expect.objectContaining({ code: "SOURCE_PATH_UNSAFE" }));
    },
  );
});

describe("objects", () => {
  test("come out of lists, also of lists in lists", async () => {
    const item = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"NAME"}}';
    const list = `{"apiVersion":"v1","kind":"ConfigMapList","items":[${item.replace("NAME", "a")}]}`;
    const files = { "all.json": `{"apiVersion":"v1","kind":"List","items":[${list},${item.replace("NAME", "b")}]}` };
    expect((await render({ files })).map(({ metadata }) => metadata)).toEqual([{ name: "a" }, { name: "b" }]);
  });

  test("lose what only a server writes", async () => {
    const written = configMap("a", "  uid: 12\n  resourceVersion: '7'\n  managedFields: []\n  labels: { a: b }\nstatus: { ready: yes }\n");
    expect(await render({ files: { "a.yaml": written } })).toEqual([
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", labels: { a: "b" } } },
    ]);
  });

  test("keep integers beyond 2^53", async () => {
    const [object] = await render({ files: { "a.yaml": configMap("a", "spec: { big: 9007199254740993 }\n") } });
    expect(canonicalJson(object?.["spec"])).toBe('{"big":9007199254740993}');
  });

  test.each([
    { code: "MANIFEST_NOT_OBJECT", text: "- a\n" },
    { code: "MANIFEST_API_VERSION", text: "replicas: 3\n" },
    { code: "MANIFEST_API_VERSION", text: "apiVersion: 1\nkind: A\nmetadata: { name: a }\n" },
    { code: "MANIFEST_KIND", text: "apiVersion: v1\nmetadata: { name: a }\n" },
    { code: "MANIFEST_NAME", text: "apiVersion: v1\nkind: ConfigMap\n" },
    { code: "MANIFEST_NAME", text: configMap("..") },
    { code: "MANIFEST_NAME", text: configMap("a/b") },
    { code: "MANIFEST_NAME", text: configMap("'12%34'") },
    { code: "MANIFEST_NAME", text: configMap("12") },
    { code: "MANIFEST_NAME", text: configMap("a".repeat(254)) },
    { code: "MANIFEST_NAMESPACE", text: configMap("a", "  namespace: Not_One\n") },
    { code: "MANIFEST_GENERATE_NAME", text: "apiVersion: v1\nkind: Job\nmetadata: { generateName: a- }\n" },
    { code: "MANIFEST_OBJECT_TOO_LARGE", text: configMap("a", `data: { a: ${"x".repeat(1024 * 1024)} }\n`) },
    { code: "MANIFEST_LIST_TOO_DEEP", text: `${'{"kind":"List","items":['.repeat(6)}${"]}".repeat(6)}` },
    { code: "MANIFEST_YAML", text: "a: [" },
  ])("that cannot be are refused: $code", async ({ code, text }) => {
    await expect(render({ files: { "x/a.yaml": `# first\n---\n${text}` } })).rejects.toThrow(
      expect.objectContaining({ code, details: expect.objectContaining({ file: "x/a.yaml" }) }),
    );
  });

  test("a hook may leave the end of its name to the agent, and two of one prefix may not", async () => {
    const hook = `apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: smoke-, annotations: { drover.dev/hook: PostSync } }\n`;
    await expect(render({ files: { "a.yaml": hook } })).resolves.toBeDefined();
    await expect(render({ files: { "a.yaml": hook, "b.yaml": hook } })).rejects.toThrow("Job.batch smoke-* is in a.yaml and in b.yaml");
  });

  test("the same object twice is refused, with both its files", async () => {
    const role = "apiVersion: rbac.authorization.k8s.io/VERSION\nkind: Role\nmetadata: { name: a, namespace: b }\n";
    const files = { "a.yaml": role.replace("VERSION", "v1"), "b.yaml": `---\n---\n${role.replace("VERSION", "v1beta1")}` };
    await expect(render({ files })).rejects.toThrow(
      expect.objectContaining({
        code: "MANIFEST_DUPLICATE_OBJECT",
        message: "read manifests: Role.rbac.authorization.k8s.io b/a is in a.yaml and in b.yaml; keep one of them",
        details: { file: "b.yaml", document: 2, other: { file: "a.yaml", document: 1 } },
      }),
    );
  });

  test("more of them than a bundle takes are refused", async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => configMap(`a${index}`)).join("---\n");
    await expect(render({ files: { "a.yaml": many } })).rejects.toThrow(expect.objectContaining({ code: "MANIFEST_TOO_MANY" }));
    const large = Array.from({ length: 11 }, (_, index) => configMap(`a${index}`, `data: { a: ${"x".repeat(1_000_000)} }\n`));
    const files = Object.fromEntries(large.map((text, index) => [`${index}.yaml`, text]));
    await expect(render({ files })).rejects.toThrow(expect.objectContaining({ code: "MANIFEST_BUNDLE_TOO_LARGE" }));
  });

  test("equal sets make equal bundles, however they are spread over files", async () => {
    const documents = ["a", "b", "c", "d", "e"].map((name) => configMap(name, `data: { is: ${name} }\n`));
    const { digest } = await renderBundle(job({ files: { "all.yaml": documents.join("---\n") } }));
    const spread = fc.tuple(fc.shuffledSubarray(documents, { minLength: 5 }), fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(spread, async ([shuffled, places]) => {
        const files: Record<string, string> = {};
        for (const [index, document] of shuffled.entries())
          files[`${places[index]}.yaml`] = `${files[`${places[index]}.yaml`] ?? ""}---\n${document}`;
        expect((await renderBundle(job({ files }))).digest).toBe(digest);
      }),
      { numRuns: 50 },
    );
  });
});

describe("substitution", () => {
  const specOf = async (spec: string, inputs: Inputs): Promise<unknown> =>
    (await render({ files: { "a.yaml": configMap("a", `spec:\n  ${spec}\n`) }, inputs }))[0]?.["spec"];

  test.each([
    { name: "a reference alone takes the value's type", spec: "a: ${replicas}", want: { a: 3 } },
    { name: "quotes around it change nothing", spec: 'a: "${replicas}"', want: { a: 3 } },
    { name: "a boolean stays one", spec: "a: ${debug}", want: { a: false } },
    { name: "within text it is written out", spec: "a: web-${replicas}.${region}", want: { a: "web-3.eu" } },
    { name: "$${ stands for ${", spec: "a: $${region} ${region}", want: { a: "${region} eu" } },
    { name: "a value is not looked at again", spec: "a: ${tricky}", want: { a: "${region} $& $1" } },
    { name: "nor within text", spec: "a: -${tricky}-", want: { a: "-${region} $& $1-" } },
    { name: "in lists", spec: "a: ['${region}', x]", want: { a: ["eu", "x"] } },
    { name: "keys are left alone", spec: "'${region}': x", want: { "${region}": "x" } },
  ])("$name", async ({ spec, want }) => {
    expect(await specOf(spec, { replicas: 3, debug: false, region: "eu", tricky: "${region} $& $1" })).toEqual(want);
  });

  test.each(["a: ${regio}", "a: x ${HOME:-/} y", "a: ${}", "a: x${region", "a: ${toString}", "a: ${__proto__}"])(
    "%s is refused",
    async (spec) => {
      await expect(specOf(spec, { region: "eu" })).rejects.toThrow(expect.objectContaining({ code: "VALUE_UNKNOWN" }));
    },
  );

  test("without being asked for, nothing is replaced", async () => {
    expect(await render({ files: { "a.yaml": configMap("a", "data: { a: '${region}' }\n") } })).toMatchObject([
      { data: { a: "${region}" } },
    ]);
  });

  test("no value changes the structure of the objects", async () => {
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shape)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
          : "leaf";
    const files = { "a.yaml": configMap("a", 'data: { a: "${x}", b: "-${x}-", c: ["${x}", { d: "${x}${x}" }] }\n') };
    const plain = shape(await render({ files, inputs: { x: "x" } }));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\n---\nkind: Evil", "}\n", "a: b", "${x}", "*a", "!!binary x")),
        async (x) => {
          expect(shape(await render({ files, inputs: { x } }))).toEqual(plain);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("equal inputs make equal bundles, other inputs other ones", async () => {
    const digest = async (x: string): Promise<string> =>
      (await renderBundle(job({ files: { "a.yaml": configMap("a", "data: { a: '${x}' }\n") }, inputs: { x } }))).digest;
    expect(await digest("1")).toBe(await digest("1"));
    expect(await digest("1")).not.toBe(await digest("2"));
  });
});

test("a bundle's digest is that of its canonical objects", async () => {
  const given = { files: { "a.yaml": configMap("a") } };
  expect((await renderBundle(job(given))).digest).toBe(digestOf(await render(given)));
});
