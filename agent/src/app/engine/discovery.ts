import type { Kube, Resource } from "../kube.ts";

/** The kinds this cluster serves, as of the last look. */
export class Discovery {
  readonly #kube: Kube;
  #resources: readonly Resource[] | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(kube: Kube) {
    this.#kube = kube;
  }

  /** Callers at the same time share one look. Rejects when discovery is partial: a missing kind must not look like a removed one. */
  async refresh(signal: AbortSignal): Promise<void> {
    this.#refreshing ??= this.#kube
      .discover(signal)
      .then((resources) => void (this.#resources = resources))
      .finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
  }

  async ready(signal: AbortSignal): Promise<void> {
    if (!this.#resources) await this.refresh(signal);
  }

  /** This version of the kind, or its preferred one when `version` is undefined or not served any more. */
  find(group: string, kind: string, version?: string): Resource | undefined {
    const served = (this.#resources ?? []).filter((resource) => resource.group === group && resource.kind === kind);
    return served.find((resource) => resource.version === version) ?? served[0];
  }
}
