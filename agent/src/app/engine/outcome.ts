/** How a run for an application ended. */
export type Outcome =
  /** Nothing is left to do until something happens. */
  | { readonly kind: "settled" }
  /** A newer assignment came meanwhile. */
  | { readonly kind: "superseded" }
  /** Once `afterMs` has passed; when it is absent, each time later. */
  | { readonly kind: "retry"; readonly afterMs?: number };
