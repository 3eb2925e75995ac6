import type { Application, Cluster, Environment } from "@drover/proto/fleet";
import fc from "fast-check";
import { expect, test } from "vitest";
import { layerInputs, releaseSpecOf } from "./inputs.ts";

const application = (form: Partial<Application>): { name: string; form: Application } => ({
  name: "web",
  form: { source: { repository: "https://git.example/web.git" }, render: { kind: "yaml", substitute: true }, ...form },
});
const environment = (form: Partial<Environment> = {}): Environment => ({ clusterSelector: {}, ...form });
const cluster = (form: Partial<Cluster> = {}): { name: string; form: Cluster } => ({ name: "eu-1", form: { id: "a".repeat(26), ...form } });

const inEurope = { matchLabels: { region: "eu" } };

test("later layers win: application, overrides in their order, environment, cluster", () => {
  const layered = layerInputs(
    application({
      values: { a: "application", b: "application", c: "application", d: "application", e: "application" },
      overrides: [
        { clusterSelector: inEurope, values: { b: "first", c: "first", d: "first", e: "first" } },
        { clusterSelector: { matchLabels: { region: "us" } }, values: { c: "elsewhere" } },
        { clusterSelector: {}, values: { c: "last", d: "last", e: "last" } },
      ],
    }),
    environment({ values: { d: "environment", e: "environment" } }),
    cluster({ labels: { region: "eu" }, values: { e: "cluster" } }),
  );
  expect(layered).toEqual({
    kind: "inputs",
    inputs: { a: "application", b: "first", c: "last", d: "environment", e: "cluster" },
    origins: { a: "application", b: "overrides[0]", c: "overrides[2]", d: "environment", e: "cluster" },
  });
});

test("keys of environments and clusters that the application does not declare are for others", () => {
  expect(
    layerInputs(application({ values: { a: 1 } }), environment({ values: { other: 2 } }), cluster({ values: { more: 3 } })),
  ).toMatchObject({
    inputs: { a: 1 },
  });
});

test("a key in an override that the application does not declare is a mistake", () => {
  const web = application({ values: { a: 1 }, overrides: [{ clusterSelector: {}, values: { b: 2 } }] });
  expect(layerInputs(web, environment(), cluster())).toMatchObject({
    problem: { code: "VALUE_UNKNOWN", details: { key: "b", origin: "overrides[0]" } },
  });
});

test("a value that nobody gives is missing, and the message names the cluster", () => {
  expect(layerInputs(application({ values: { a: null } }), environment(), cluster())).toEqual({
    kind: "problem",
    problem: {
      code: "VALUE_MISSING",
      message:
        'layer values of web: "a" has no value for cluster eu-1; give it one in the application, an override, the environment or the cluster\'s file',
      details: { key: "a", cluster: "eu-1" },
    },
  });
});

test("false, 0 and empty text are values", () => {
  const web = application({ values: { a: null, b: null, c: null } });
  expect(layerInputs(web, environment({ values: { a: false, b: 0 } }), cluster({ values: { c: "" } }))).toMatchObject({
    inputs: { a: false, b: 0, c: "" },
  });
});

test("without substitution there are no inputs, so that all clusters share a bundle", () => {
  const web = application({ render: { kind: "yaml" }, values: { a: null } });
  expect(layerInputs(web, environment(), cluster({ values: { a: 1 } }))).toEqual({ kind: "inputs", inputs: {}, origins: {} });
});

const values = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.oneof(fc.integer(), fc.string(), fc.boolean()));

test("inputs have exactly the declared keys, and a cluster's own value decides", () => {
  fc.assert(
    fc.property(values, values, values, fc.integer(), (declared, shared, own, changed) => {
      const web = application({ values: declared });
      const inputs = layerInputs(web, environment({ values: shared }), cluster({ values: own }));
      expect(inputs.kind === "inputs" && Object.keys(inputs.inputs)).toEqual(Object.keys(declared));
      const after = layerInputs(web, environment({ values: shared }), cluster({ values: { ...own, a: changed } }));
      expect(after.kind === "inputs" && after.inputs["a"]).toBe(Object.hasOwn(declared, "a") ? changed : undefined);
    }),
  );
});

test("an environment may look at another path; the repository and its credentials are the application's", () => {
  const { form } = application({ source: { repository: "https://git.example/web.git", path: "deploy", credentialsRef: "git" } });
  expect(releaseSpecOf(form, environment({ source: { path: "./deploy/production/" } }))).toEqual({
    repository: "https://git.example/web.git",
    path: "deploy/production",
    credentialsRef: "git",
    render: { kind: "yaml", substitute: true },
  });
  expect(releaseSpecOf({ source: { repository: "https://git.example/web.git" } }, environment())).toEqual({
    repository: "https://git.example/web.git",
    path: "",
    credentialsRef: undefined,
    render: { kind: "yaml", substitute: false },
  });
});
