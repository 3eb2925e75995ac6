import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import { objectsProblem, projectProblem } from "./project.ts";

const application = { project: "shop", source: { repository: "https://git.example/other/web" } };
const spec = {
  repository: application.source.repository,
  path: "",
  credentialsRef: undefined,
  render: { kind: "yaml", substitute: false },
} as const;

test("a project forbids sources that it does not list", () => {
  expect(projectProblem("web", application, { sources: ["https://git.example/shop/*"] }, spec)?.code).toBe("PROJECT_FORBIDS_SOURCE");
  expect(projectProblem("web", application, { sources: ["https://git.example/*"] }, spec)).toBeUndefined();
  expect(projectProblem("web", application, undefined, spec)?.code).toBe("PROJECT_MISSING");
});

test("a project forbids destinations that it does not list, the default one included", () => {
  const at = (namespace?: string) =>
    projectProblem("web", { ...application, ...(namespace && { destination: { namespace } }) }, { namespaces: ["shop-*"] }, spec)?.code;
  expect([at("shop-web"), at("kube-system"), at()]).toEqual([undefined, "PROJECT_FORBIDS_NAMESPACE", "PROJECT_FORBIDS_NAMESPACE"]);
});

const object = (apiVersion: string, kind: string, name: string, namespace?: string): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});

test.each([
  { name: "a kind of a listed group", kinds: ["apps/*"], given: object("apps/v1", "Deployment", "web"), want: undefined },
  { name: "a kind of the core group", kinds: ["ConfigMap"], given: object("v1", "ConfigMap", "web"), want: undefined },
  {
    name: "a kind of another group that is called alike",
    kinds: ["ConfigMap"],
    given: object("evil.example/v1", "ConfigMap", "web"),
    want: "PROJECT_FORBIDS_KIND: evil.example/ConfigMap",
  },
  {
    name: "a kind that is not listed",
    kinds: ["apps/*"],
    given: object("rbac.authorization.k8s.io/v1", "ClusterRole", "web"),
    want: "PROJECT_FORBIDS_KIND: rbac.authorization.k8s.io/ClusterRole",
  },
  { name: "an object in a listed namespace", namespaces: ["shop-*"], given: object("v1", "Secret", "a", "shop-web"), want: undefined },
  { name: "an object that names no namespace", namespaces: ["shop-*"], given: object("v1", "Secret", "a"), want: undefined },
  {
    name: "an object in another one",
    namespaces: ["shop-*"],
    given: object("v1", "Secret", "a", "kube-system"),
    want: "PROJECT_FORBIDS_NAMESPACE: kube-system",
  },
  {
    name: "another namespace itself",
    namespaces: ["shop-*"],
    given: object("v1", "Namespace", "kube-system"),
    want: "PROJECT_FORBIDS_NAMESPACE: kube-system",
  },
])("a project and $name", ({ kinds, namespaces, given, want }) => {
  const problem = objectsProblem("web", { ...(kinds && { kinds }), ...(namespaces && { namespaces }) }, [given]);
  expect(problem && `${problem.code}: ${String(Object.values(problem.details ?? {})[0])}`).toBe(want);
});
