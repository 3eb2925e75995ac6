import { type Application, defaultProject } from "@drover/proto/fleet";
import { type Digest, digestOf, type SyncPolicy } from "@drover/proto/wire";
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
  release: { readonly id: ReleaseId; readonly revision: string },
  bundle: Digest,
): Content {
  const namespace = namespaceOf(application);
  const project = application.project ?? defaultProject;
  const syncPolicy = syncPolicyOf(application);
  const digest = digestOf({ bundle, namespace, project, syncPolicy });
  return { releaseId: release.id, revision: release.revision, bundle, namespace, project, syncPolicy, digest };
}

/** The application's policy with the defaults: what git says is kept so, but nobody's objects are taken over when they differ. */
export function syncPolicyOf({ syncPolicy, drift }: Application): SyncPolicy {
  return {
    prune: syncPolicy?.prune ?? true,
    selfHeal: syncPolicy?.selfHeal ?? true,
    whenToTakeOver: syncPolicy?.whenToTakeOver ?? "IfNoDiff",
    drift: { mode: drift?.mode ?? "correct", people: drift?.people ?? "evict" },
    syncOptions: [...(syncPolicy?.syncOptions ?? [])],
  };
}
