import type { JsonObject } from "@drover/kit";

/** A shop of many small services, as people write them by hand: 8 objects a service, 112 in all. */
export const guestbook = (release: "1" | "2"): readonly JsonObject[] =>
  Array.from({ length: 14 }, (_, index) => service(`guestbook-${index}`, release)).flat();

function service(name: string, release: string): readonly JsonObject[] {
  const app = { app: name };
  const meta = (over: JsonObject = {}): JsonObject => ({ name, labels: app, ...over });
  const reference = { apiVersion: "apps/v1", kind: "Deployment", name };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: meta() },
    { apiVersion: "v1", kind: "ConfigMap", metadata: meta(), data: { greeting: "hello", release } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: meta(),
      spec: {
        replicas: 1,
        selector: { matchLabels: app },
        template: {
          metadata: { labels: app },
          spec: {
            serviceAccountName: name,
            containers: [
              {
                name: "web",
                image: `example.com/guestbook:${release}`,
                ports: [{ name: "http", containerPort: 8080 }],
                envFrom: [{ configMapRef: { name } }],
                resources: { requests: { cpu: "10m", memory: "16Mi" } },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: meta(),
      spec: { selector: app, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    },
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: meta(),
      spec: { scaleTargetRef: reference, minReplicas: 1, maxReplicas: 3, metrics: [cpuAt(80)] },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: meta(),
      spec: { maxUnavailable: 1, selector: { matchLabels: app } },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: meta(),
      spec: { podSelector: { matchLabels: app }, policyTypes: ["Ingress"], ingress: [{ ports: [{ port: 8080 }] }] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: meta(),
      spec: {
        rules: [
          {
            host: `${name}.example.com`,
            http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name, port: { name: "http" } } } }] },
          },
        ],
      },
    },
  ];
}

const cpuAt = (averageUtilization: number): JsonObject => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});
