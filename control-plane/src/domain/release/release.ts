import type { Instant } from "@drover/kit";
import type { Digest } from "@drover/proto/wire";
import type { Values } from "@drover/proto/fleet";

export type ReleaseId = string & { readonly brand: "ReleaseId" };

/** Where a release's files are and how they become objects: what of an application's and an environment's files decides a render. */
export interface ReleaseSpec {
  readonly repository: string;
  readonly path: string;
  readonly credentialsRef: string | undefined;
  readonly render: { readonly kind: "yaml" | "kustomize"; readonly substitute: boolean };
}

/** An immutable (application, source revision, spec), known to people as `web-42`. */
export interface Release {
  readonly id: ReleaseId;
  readonly application: string;
  readonly number: number;
  /** A full commit id. */
  readonly revision: string;
  readonly spec: ReleaseSpec;
  readonly author: string;
  readonly message: string;
  readonly committedAt: Instant;
}

/** The values that one cluster's render sees, after layering; only keys that the application declares. */
export type Inputs = Readonly<Record<string, NonNullable<Values[string]>>>;

/** Why something that git asks for cannot be carried out. Shown by `why` and on the object it concerns. */
export interface Problem {
  readonly code: string;
  /** A lower-case phrase that names the operation and subject, and says what to do. */
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a render came to. A problem is a result: it is stored, shown, and not retried before an input changes. */
export type Rendered =
  | { readonly kind: "bundle"; readonly digest: Digest; readonly size: number; readonly objects: number }
  | { readonly kind: "problem"; readonly problem: Problem };
