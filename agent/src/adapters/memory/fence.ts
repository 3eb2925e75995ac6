import type { Kube } from "../../app/kube.ts";

/** Writes of a cluster in memory leave in the tick in which they are asked for. */
export function withFence(kube: Kube, check: () => void): Kube {
  const asked = async <T>(write: () => Promise<T>): Promise<T> => {
    check();
    return write();
  };
  return {
    ...kube,
    apply: (...given) => asked(() => kube.apply(...given)),
    create: (...given) => asked(() => kube.create(...given)),
    replace: (...given) => asked(() => kube.replace(...given)),
    replaceManagedFields: (...given) => asked(() => kube.replaceManagedFields(...given)),
    delete: (...given) => asked(() => kube.delete(...given)),
    as: (user) => withFence(kube.as(user), check),
    fenced: (next) => withFence(kube.fenced(next), check),
  };
}
