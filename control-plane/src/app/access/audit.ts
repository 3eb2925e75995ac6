/** One line of the record of who did what. `details` never holds a secret. */
export interface AuditEntry {
  /** `users/<subject>`, `clusters/<id>` or `drover`. */
  readonly actor: string;
  /** `promotion.create`, `cluster.revoke`, … */
  readonly action: string;
  readonly object: string;
  readonly result: "allowed" | "refused";
  readonly requestId: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** For refusals and for looks into clusters, which have no change of their own to be written with. */
export type RecordAudit = (entry: AuditEntry) => Promise<void>;
