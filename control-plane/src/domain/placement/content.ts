import { type Application, defaultProject, type Project } from "@drover/proto/fleet";
import { type Digest, digestOf, type Limits, type SyncPolicy } from "@drover/proto/wire";
import type { ReleaseId } from "../release/release.ts";

/** What a cluster is to have of an application. Two contents are the same when their digests are. */
export interface Content {
  readonly releaseId: ReleaseId;
  readonly revision: string;
  readonly bundle: Digest;
  readonly namespace: string;
  readonly project: string;
  readonly syncPolicy: SyncPolicy;
  /** Of everything that the agent acts on. The revision is for people: a commit that changes no object moves nothing. */
  readonly digest: Digest;
}

/** For namespaced objects that name no namespace. */
export const namespaceOf = ({ destination }: Application): string => destination?.namespace ?? "default";

export function contentOf(
  application: Application,
  project: Project | undefined,
  release: { readonly id: ReleaseId; readonly revision: string },
  bundle: Digest,
): Content {
  const namespace = namespaceOf(application);
  const projectName = application.project ?? defaultProject;
  const syncPolicy = syncPolicyOf(application, project);
  const digest = contentDigestOf({ bundle, namespace, project: projectName, syncPolicy });
  return { releaseId: release.id, revision: release.revision, bundle, namespace, project: projectName, syncPolicy, digest };
}

export const contentDigestOf = ({
  bundle,
  namespace,
  project,
  syncPolicy,
}: Pick<Content, "bundle" | "namespace" | "project" | "syncPolicy">): Digest => digestOf({ bundle, namespace, project, syncPolicy });

/**
 * The application's policy with the defaults: what git says is kept so, but nobody's objects are taken over when they differ. What is
 * not set stays absent, so that a new setting does not move what does not use it.
 */
export function syncPolicyOf(application: Application, project: Project | undefined): SyncPolicy {
  const { syncPolicy, drift, ignoreDifferences, healthRules, dependsOn } = application;
  const limits = limitsOf(project);
  return {
    prune: syncPolicy?.prune ?? true,
    selfHeal: syncPolicy?.selfHeal ?? true,
    whenToTakeOver: syncPolicy?.whenToTakeOver ?? "IfNoDiff",
    drift: { mode: drift?.mode ?? "correct", people: drift?.people ?? "evict" },
    syncOptions: [...(syncPolicy?.syncOptions ?? [])],
    ...(syncPolicy?.mode === undefined ? {} : { mode: syncPolicy.mode }),
    ...(ignoreDifferences === undefined ? {} : { ignoreDifferences }),
    ...(healthRules === undefined ? {} : { healthRules }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(project?.serviceAccountName === undefined ? {} : { serviceAccountName: project.serviceAccountName }),
    ...(limits === undefined ? {} : { limits }),
  };
}

const limitsOf = (project: Project | undefined): Limits | undefined =>
  project?.namespaces === undefined && project?.kinds === undefined
    ? undefined
    : {
        ...(project.namespaces === undefined ? {} : { namespaces: project.namespaces }),
        ...(project.kinds === undefined ? {} : { kinds: project.kinds }),
      };
