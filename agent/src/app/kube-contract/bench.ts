import type { ApplyOptions, Kube, KubeObject, ObjectRef, Resource } from "../kube.ts";

/** A cluster with controllers, and what the suite needs to know of it. */
export interface KubeUnderTest {
  readonly kube: Kube;
  /** The same cluster, with watches that get a bookmark within seconds. */
  readonly bookmarking: Kube;
  /** Makes the cluster forget the changes so far, where it does not by itself for a kind that is new. */
  forgetHistory(): Promise<void>;
  close(): Promise<void>;
}

/** What the tests of the suite work with. Each test makes namespaces of its own, so a cluster may be used again and again. */
export interface Bench extends Pick<KubeUnderTest, "kube" | "bookmarking" | "forgetHistory"> {
  readonly signal: AbortSignal;
  /** In the names of what this run creates outside namespaces. */
  readonly run: string;
  kind(word: string): Resource;
  ref(word: string, namespace: string | undefined, name: string): ObjectRef;
  namespace(): Promise<string>;
  apply(target: ObjectRef, object: KubeObject, options?: Partial<ApplyOptions>): Promise<KubeObject>;
  applyAs(fieldManager: string, target: ObjectRef, object: KubeObject, options?: Partial<ApplyOptions>): Promise<KubeObject>;
}

/** `under` is asked on use: the suite is registered before the cluster is there. */
export function createBench(under: () => KubeUnderTest, kinds: () => readonly Resource[]): Bench {
  const signal = new AbortController().signal;
  const run = Date.now().toString(36);
  let spaces = 0;
  const kube = late(() => under().kube);
  const kind = (word: string): Resource => {
    const found = kinds().find((one) => one.kind === word);
    if (found === undefined) throw new Error(`the cluster serves no ${word}`);
    return found;
  };
  const ref = (word: string, namespace: string | undefined, name: string): ObjectRef => ({ resource: kind(word), namespace, name });
  const applyAs: Bench["applyAs"] = (fieldManager, target, object, options = {}) =>
    kube.apply(target, object, { fieldManager, force: false, ...options }, signal);
  return {
    kube,
    bookmarking: late(() => under().bookmarking),
    forgetHistory: () => under().forgetHistory(),
    signal,
    run,
    kind,
    ref,
    namespace: async () => {
      spaces += 1;
      const name = `contract-${run}-${spaces}`;
      await kube.create(ref("Namespace", undefined, name), { apiVersion: "v1", kind: "Namespace", metadata: { name } }, signal);
      return name;
    },
    apply: (target, object, options) => applyAs("drover/shop", target, object, options),
    applyAs,
  };
}

const late = (kube: () => Kube): Kube => ({
  discover: (...asked) => kube().discover(...asked),
  apply: (...asked) => kube().apply(...asked),
  create: (...asked) => kube().create(...asked),
  replace: (...asked) => kube().replace(...asked),
  replaceManagedFields: (...asked) => kube().replaceManagedFields(...asked),
  get: (...asked) => kube().get(...asked),
  list: (...asked) => kube().list(...asked),
  watch: (...asked) => kube().watch(...asked),
  delete: (...asked) => kube().delete(...asked),
  logs: (...asked) => kube().logs(...asked),
  as: (...asked) => kube().as(...asked),
  fenced: (...asked) => kube().fenced(...asked),
});
