import type { Kube } from "../kube.ts";

/** As whom an application's objects are read and written. What works for an application has this and no other way to the cluster. */
export interface Access {
  /** Empty: the agent itself. */
  readonly user: string;
  readonly kube: Kube;
}

/** One access for each user, so that applications of one ServiceAccount share their watches. */
export class Accesses {
  readonly #byUser = new Map<string, Access>();
  readonly #own: Kube;

  constructor(own: Kube) {
    this.#own = own;
  }

  of(user: string): Access {
    const known = this.#byUser.get(user);
    if (known) return known;
    const access = { user, kube: user === "" ? this.#own : this.#own.as(user) };
    this.#byUser.set(user, access);
    return access;
  }
}

/** The user name of a ServiceAccount as policies write it: `name` in the application's namespace, or `namespace/name`. */
export function userOf(serviceAccountName: string | undefined, namespace: string): string {
  if (serviceAccountName === undefined) return "";
  const [first = "", second] = serviceAccountName.split("/", 2);
  return second === undefined ? `system:serviceaccount:${namespace}:${first}` : `system:serviceaccount:${first}:${second}`;
}
