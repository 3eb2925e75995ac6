import type { Changes } from "./checkout.ts";

export const namespace = "web";

/** One state of the application's repository. */
export interface WebVersion {
  readonly name: "v1" | "v2" | "v3" | "v4";
  /** `crash`: the kubelets of the demo let the containers of its Deployment crash. */
  readonly outcome: "ready" | "crash";
  /** Has a ConfigMap that other versions lack, so that moving away from it prunes. */
  readonly banner: boolean;
}

export const v1: WebVersion = { name: "v1", outcome: "ready", banner: true };
export const v2: WebVersion = { name: "v2", outcome: "ready", banner: false };
export const v3: WebVersion = { name: "v3", outcome: "crash", banner: false };
export const v4: WebVersion = { name: "v4", outcome: "ready", banner: false };

/** The label of every object, by which a cluster shows what it runs. */
export const versionLabel = "app.kubernetes.io/version";

/** Replicas of each Deployment, named like its container. */
export const replicas = { web: 2, worker: 1 } as const;

/** Files of the application's repository at a version. */
export const webFiles = (version: WebVersion): Changes => ({
  "README.md": "# web\n\nThe application that the demo deploys. What clusters get is in deploy/.\n",
  "deploy/namespace.yaml": namespaceFile,
  "deploy/config.yaml": configFile(version),
  "deploy/web.yaml": `${deploymentFile("web", version)}---\n${serviceFile(version)}`,
  "deploy/worker.yaml": deploymentFile("worker", { ...version, outcome: "ready" }),
  "deploy/banner.yaml": version.banner ? bannerFile(version) : undefined,
});

const namespaceFile = `apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
`;

// `\${environment}` reaches the file as it is: Drover replaces it by what each environment gives.
const configFile = ({ name }: WebVersion): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: web-config
  namespace: ${namespace}
  labels: { app.kubernetes.io/name: web, ${versionLabel}: ${name} }
data:
  version: ${name}
  environment: \${environment}
  greeting: hello from ${name}
`;

const bannerFile = ({ name }: WebVersion): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: web-banner
  namespace: ${namespace}
  labels: { app.kubernetes.io/name: web, ${versionLabel}: ${name} }
data:
  text: now open
`;

const deploymentFile = (component: keyof typeof replicas, { name, outcome }: WebVersion): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${component}
  namespace: ${namespace}
  labels: { app.kubernetes.io/name: ${component}, ${versionLabel}: ${name} }
spec:
  replicas: ${replicas[component]}
  selector:
    matchLabels: { app.kubernetes.io/name: ${component} }
  template:
    metadata:
      labels: { app.kubernetes.io/name: ${component}, ${versionLabel}: ${name} }
${outcome === "crash" ? "      annotations: { drover.test/outcome: crash }\n" : ""}    spec:
      containers:
        - name: ${component}
          image: registry.drover.test/${component}:${name}
          ports: [{ name: http, containerPort: 8080 }]
          envFrom: [{ configMapRef: { name: web-config } }]
`;

const serviceFile = ({ name }: WebVersion): string => `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: ${namespace}
  labels: { app.kubernetes.io/name: web, ${versionLabel}: ${name} }
spec:
  selector: { app.kubernetes.io/name: web }
  ports: [{ name: http, port: 80, targetPort: http }]
`;
