import { DroverError, isJsonObject } from "@drover/kit";
import type { Clock } from "@drover/kit/node";

/** How long the server's word that a namespace goes away spares it from being asked again. */
const believedForMs = 5_000;

/** Namespaces that are going away: nothing can be made in them, so that a bundle's thousand objects need not be refused one by one. */
export class TerminatingNamespaces {
  readonly #clock: Clock;
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws NAMESPACE_TERMINATING while the namespace is known to go away. */
  check(namespace: string | undefined): void {
    const until = this.#until.get(namespace ?? "");
    if (until === undefined) return;
    if (this.#clock.monotonicMs() < until) throw blocked(namespace ?? "");
    this.#until.delete(namespace ?? "");
  }

  /** Throws what was thrown, or NAMESPACE_TERMINATING if that is what the server meant. */
  rethrow(error: DroverError, namespace: string | undefined): never {
    if (namespace === undefined || !isBecauseOfNamespace(error)) throw error;
    this.#until.set(namespace, this.#clock.monotonicMs() + believedForMs);
    throw blocked(namespace, error);
  }
}

function isBecauseOfNamespace({ code, details }: DroverError): boolean {
  const causes = Array.isArray(details["causes"]) ? details["causes"].filter(isJsonObject) : [];
  return code === "KUBE_FORBIDDEN" && causes.some(({ reason }) => reason === "NamespaceTerminating");
}

const blocked = (namespace: string, cause?: DroverError): DroverError =>
  new DroverError(
    "wrong-state",
    "NAMESPACE_TERMINATING",
    `namespace ${namespace} is being deleted: nothing can be made in it until it is gone`,
    { cause },
  );
