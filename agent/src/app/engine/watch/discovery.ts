import { DroverError } from "@drover/kit";
import type { Discovered, Kube, Resource } from "../../kube.ts";

/** The kinds this cluster serves, as of the last look. */
export class Discovery {
  readonly #kube: Kube;
  #latest: Discovered | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(kube: Kube) {
    this.#kube = kube;
  }

  /** Callers at the same time share one look. */
  async refresh(signal: AbortSignal): Promise<void> {
    this.#refreshing ??= this.#kube
      .discover(signal)
      .then((found) => void (this.#latest = withKnown(found, this.#latest)))
      .finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
  }

  async ready(signal: AbortSignal): Promise<void> {
    if (!this.#latest) await this.refresh(signal);
  }

  /** This version of the kind, or its preferred one when `version` is undefined or not served any more. */
  find(group: string, kind: string, version?: string): Resource | undefined {
    const served = (this.#latest?.resources ?? []).filter((resource) => resource.group === group && resource.kind === kind);
    return served.find((resource) => resource.version === version) ?? served[0];
  }

  /** Its server did not answer, so that a kind which is not found must not look like a removed one. */
  isSilent(group: string): boolean {
    return this.#latest?.unanswered.includes(group) ?? false;
  }

  /** Throws KUBE_UNAVAILABLE for a silent group. */
  assertAnswered(group: string, operation: string): void {
    if (!this.isSilent(group)) return;
    throw new DroverError(
      "unavailable",
      "KUBE_UNAVAILABLE",
      `${operation}: the server behind ${group} does not answer; repair or remove its APIService`,
    );
  }
}

/** What a group served before its server went silent is what it serves as far as anybody knows. */
function withKnown(found: Discovered, before: Discovered | undefined): Discovered {
  const isListed = new Set(found.resources.map(({ group }) => group));
  const silent = new Set(found.unanswered.filter((group) => !isListed.has(group)));
  const known = before?.resources.filter(({ group }) => silent.has(group)) ?? [];
  return { ...found, resources: [...found.resources, ...known] };
}
