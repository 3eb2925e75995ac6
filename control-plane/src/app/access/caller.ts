/** Who asks, as authentication found it. Every use case that changes something takes one. */
export interface Caller {
  /** `users/<subject>` for API tokens, `clusters/<id>` for agents, `git/<author>` for commits by people, `drover` for itself. */
  readonly actor: string;
  readonly role: "viewer" | "operator" | "admin";
  /** Environments in which it may approve gates, and break restrictions, whatever its role. "*" is all of them. */
  readonly approves?: readonly string[];
  readonly overrides?: readonly string[];
  readonly requestId: string;
  readonly traceparent: string | undefined;
}
