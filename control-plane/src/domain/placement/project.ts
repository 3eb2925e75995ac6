import { type JsonObject, memberAt } from "@drover/kit";
import type { Application, Project } from "@drover/proto/fleet";
import type { Problem, ReleaseSpec } from "../release/release.ts";
import { namespaceOf } from "./content.ts";

/** What the project does not let the application do anywhere. */
export function projectProblem(
  name: string,
  application: Application,
  project: Project | undefined,
  spec: ReleaseSpec,
): Problem | undefined {
  if (application.project !== undefined && project === undefined)
    return {
      code: "PROJECT_MISSING",
      message: `place ${name}: project ${application.project} does not exist; add projects/${application.project}.yaml`,
    };
  if (project?.sources !== undefined && !allows(project.sources, spec.repository))
    return {
      code: "PROJECT_FORBIDS_SOURCE",
      message: `place ${name}: project ${application.project} does not list the repository ${spec.repository} in its sources`,
    };
  const namespace = namespaceOf(application);
  if (project?.namespaces !== undefined && !allows(project.namespaces, namespace))
    return {
      code: "PROJECT_FORBIDS_NAMESPACE",
      message: `place ${name}: project ${application.project} does not list the namespace ${namespace}; add it there, or choose another destination`,
    };
  return undefined;
}

/** Whether rendered objects have to be looked at for this project. */
export const restrictsObjects = (project: Project | undefined): project is Project =>
  project?.kinds !== undefined || project?.namespaces !== undefined;

/** What the project does not let the rendered objects be. One that names no namespace goes to the destination, or is the cluster's. */
export function objectsProblem(name: string, { kinds, namespaces }: Project, objects: readonly JsonObject[]): Problem | undefined {
  const strange = kinds && objects.map(kindOf).find((kind) => !allows(kinds, kind));
  if (strange !== undefined)
    return {
      code: "PROJECT_FORBIDS_KIND",
      message: `place ${name}: its project does not list the kind ${strange}; add it to the project's kinds, or take the object out`,
      details: { kind: strange },
    };
  const foreign = namespaces && objects.flatMap(namespacesOf).find((namespace) => !allows(namespaces, namespace));
  if (foreign !== undefined)
    return {
      code: "PROJECT_FORBIDS_NAMESPACE",
      message: `place ${name}: its project does not list the namespace ${foreign} that an object names; add it there, or take the object out`,
      details: { namespace: foreign },
    };
  return undefined;
}

/** `apps/Deployment`; the core group has no name, so `ConfigMap`. */
function kindOf(object: JsonObject): string {
  const [group, version] = String(object["apiVersion"]).split("/", 2);
  return version === undefined ? String(object["kind"]) : `${group}/${String(object["kind"])}`;
}

/** Where an object says that it lies, and the namespace that it is. */
function namespacesOf(object: JsonObject): readonly string[] {
  const named = kindOf(object) === "Namespace" ? memberAt(object, "metadata", "name") : memberAt(object, "metadata", "namespace");
  return typeof named === "string" ? [named] : [];
}

const allows = (patterns: readonly string[], text: string): boolean => patterns.some((pattern) => isWithin(pattern, text));

/** `*` at the end of a pattern stands for any rest. */
const isWithin = (pattern: string, text: string): boolean =>
  pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
