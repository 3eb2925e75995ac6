/** The files of a version, path to text; undefined for one that goes. */
export type Files = Readonly<Record<string, string | undefined>>;

/** In the words of stories: how a version differs from an ordinary one. */
export const variants = {
  "an empty folder": () => ({ "deploy/deployment.yaml": undefined, "deploy/README": "nothing\n" }),
  "with replicas as a value": (application, version) => ({ "deploy/deployment.yaml": deployment(application, version, "${replicas}") }),
} as const satisfies Record<string, (application: string, version: string) => Files>;

export const isVariant = (text: string): text is keyof typeof variants => Object.hasOwn(variants, text);

export const ordinaryFiles = (application: string, version: string): Files => ({
  "deploy/deployment.yaml": deployment(application, version, "2"),
});

const deployment = (application: string, version: string, replicas: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${application}, namespace: default }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${application} } }
  template:
    metadata: { labels: { app: ${application} } }
    spec: { containers: [{ name: server, image: "registry.example.com/${application}:${version}" }] }
`;
