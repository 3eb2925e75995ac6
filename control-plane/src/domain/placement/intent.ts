import type { Application, Environment, Pin } from "@drover/proto/fleet";

/** Where git takes an environment's revision from. A pin holds: it wins over tracking until it is removed. */
export type Intent =
  | { readonly kind: "pinned"; readonly revision: string }
  | { readonly kind: "tracked"; readonly repository: string; readonly ref: string }
  | { readonly kind: "nothing" };

export function intentOf(name: string, application: Application, environment: Environment, pin: Pin | undefined): Intent {
  if (pin?.revision !== undefined) return { kind: "pinned", revision: pin.revision };
  if (!tracks(environment, name)) return { kind: "nothing" };
  return {
    kind: "tracked",
    repository: application.source.repository,
    ref: environment.source?.ref ?? application.source.ref ?? defaultRef,
  };
}

const defaultRef = "main";

const tracks = ({ track, applications }: Environment, name: string): boolean =>
  track === "head" && (applications === undefined || applications.includes(name));

/** Whether an environment wants the application on a cluster at all. */
export const isPlaced = (name: string, environment: Environment, pin: Pin | undefined, cluster: string): boolean =>
  pin?.revision !== undefined || tracks(environment, name) || (pin?.clusters !== undefined && Object.hasOwn(pin.clusters, cluster));
