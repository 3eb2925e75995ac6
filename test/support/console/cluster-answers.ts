import type { DiffAnswer, EventsAnswer, LiveAnswer, Query, TreeAnswer } from "@drover/proto/wire";

/** What an agent would say of an application with a Deployment whose second pod crashes, and a Secret that somebody edited. */
export async function* clusterAnswers(query: Query): AsyncGenerator<string> {
  if (query.kind === "logs") return yield* lines(query);
  const answer = answers[query.kind];
  yield JSON.stringify(answer(query));
}

const place = { namespace: "default" } as const;
const pod = (name: string) => ({ group: "", kind: "Pod", ...place, name });

const tree: TreeAnswer = {
  application: "web",
  sync: "OutOfSync",
  health: "Degraded",
  nodes: [
    { group: "apps", kind: "Deployment", ...place, name: "web", sync: "OutOfSync", health: "Degraded", reason: "PodsUnwell" },
    { group: "apps", kind: "ReplicaSet", ...place, name: "web-6b8f", parent: 0, health: "Degraded" },
    { ...pod("web-6b8f-aaaaa"), parent: 1, health: "Healthy" },
    {
      ...pod("web-6b8f-bbbbb"),
      parent: 1,
      health: "Degraded",
      reason: "CrashLoopBackOff",
      container: "web",
      message: "exit code 1: configuration key PAYMENT_URL is missing",
    },
    { group: "", kind: "Service", ...place, name: "web", sync: "Synced", health: "Healthy" },
    { group: "", kind: "Secret", ...place, name: "web", sync: "OutOfSync", health: "Healthy" },
  ],
};

const deployment = (replicas: number) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", ...place, labels: { app: "web" } },
  spec: {
    replicas,
    template: {
      spec: {
        containers: [
          { name: "web", image: "registry.test/web:1" },
          { name: "proxy", image: "proxy:2" },
        ],
      },
    },
  },
});
const secret = (mask: string) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "web", ...place }, data: { password: mask } });
const livePod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, ...place },
  spec: { containers: [{ name: "web" }, { name: "proxy" }], initContainers: [{ name: "migrate" }] },
});

const differences: DiffAnswer = {
  application: "web",
  compared: 3,
  objects: [
    {
      group: "apps",
      kind: "Deployment",
      ...place,
      name: "web",
      change: "Change",
      fields: [".spec.replicas"],
      live: deployment(5),
      desired: deployment(2),
    },
    {
      group: "",
      kind: "Secret",
      ...place,
      name: "web",
      change: "Change",
      fields: [".data.password"],
      live: secret("(masked, 8 bytes, 1)"),
      desired: secret("(masked, 8 bytes, 2)"),
    },
  ],
};

const events: EventsAnswer = {
  items: [
    {
      object: pod("web-6b8f-bbbbb"),
      type: "Warning",
      reason: "BackOff",
      message: "Back-off restarting failed container web",
      count: 12,
      firstAt: "2026-01-02T03:04:05Z",
      lastAt: "2026-01-02T03:14:05Z",
    },
  ],
};

const refreshed = { application: "web", sync: "Synced", health: "Healthy" } as const;

const answers = {
  tree: () => tree,
  diff: ({ object }) => ofObject(differences, object),
  dryRun: ({ object }) => ofObject(differences, object),
  events: ({ object }) => ({ items: events.items.filter((event) => object === undefined || event.object.name === object.name) }),
  live: ({ object }): LiveAnswer => ({ object: object?.kind === "Pod" ? livePod(object.name) : deployment(5) }),
  refresh: () => refreshed,
} as const satisfies Record<Exclude<Query["kind"], "logs">, (query: Query) => unknown>;

const ofObject = (all: DiffAnswer, object: Query["object"]): DiffAnswer =>
  object === undefined ? all : { ...all, objects: all.objects.filter(({ kind, name }) => kind === object.kind && name === object.name) };

const lineEveryMs = 200;

async function* lines({ logs }: Query): AsyncGenerator<string> {
  const lead = `${logs?.container ?? "web"}${logs?.previous === true ? " before" : ""}`;
  yield `${lead}: starting\n${lead}: configuration key PAYMENT_URL is missing\n`;
  for (let n = 1; logs?.follow === true; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, lineEveryMs));
    yield `${lead}: tick ${n}\n`;
  }
}
