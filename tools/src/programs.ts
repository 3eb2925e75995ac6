/** How near a program found on this machine must be to the pinned version: servers exactly, so that tests mean the same everywhere. */
export type Acceptance = "exact" | "same-minor";

export interface Program {
  /** Also the folder under which the cache keeps it, and in capitals the variable DROVER_<NAME>. */
  readonly name: string;
  /** The file's name on PATH. */
  readonly file: string;
  readonly version: string;
  readonly accepts: Acceptance;
  /** Prints the version. */
  readonly versionArgs: readonly string[];
  /** The Go module in tools/programs that pins it. */
  readonly family: string;
  readonly goPackage: string;
  /** Variables that the program's own release build sets; without them it does not know its version. */
  readonly linkerVariables: Readonly<Record<string, string>>;
  /** What a person misses without it. */
  readonly neededFor: string;
  /** Where else than on PATH people keep it: envtest's convention. */
  readonly folderVariable?: "KUBEBUILDER_ASSETS";
}

const natsServer = {
  file: "nats-server",
  accepts: "exact",
  versionArgs: ["--version"],
  goPackage: "github.com/nats-io/nats-server/v2",
  linkerVariables: {},
} as const;

const kubernetes = {
  version: "1.36.3",
  accepts: "exact",
  versionArgs: ["--version"],
  family: "kubernetes",
  linkerVariables: {
    "k8s.io/component-base/version.gitVersion": "v1.36.3",
    "k8s.io/component-base/version.gitMajor": "1",
    "k8s.io/component-base/version.gitMinor": "36",
  },
  neededFor: "real Kubernetes clusters in tests and in the demo",
  folderVariable: "KUBEBUILDER_ASSETS",
} as const;

/** The versions here and in tools/programs/<family>/go.mod are the same; a test holds them together. */
export const programs = [
  {
    ...natsServer,
    name: "nats-server",
    version: "2.15.2",
    family: "nats-server",
    neededFor: "the embedded message bus, tests and the demo",
  },
  {
    ...natsServer,
    name: "nats-server-floor",
    version: "2.11.15",
    family: "nats-server-floor",
    neededFor: "tests on the oldest supported NATS",
  },
  { ...kubernetes, name: "kube-apiserver", file: "kube-apiserver", goPackage: "k8s.io/kubernetes/cmd/kube-apiserver" },
  {
    ...kubernetes,
    name: "kube-controller-manager",
    file: "kube-controller-manager",
    goPackage: "k8s.io/kubernetes/cmd/kube-controller-manager",
  },
  { ...kubernetes, name: "kube-scheduler", file: "kube-scheduler", goPackage: "k8s.io/kubernetes/cmd/kube-scheduler" },
  {
    ...kubernetes,
    name: "kubectl",
    file: "kubectl",
    accepts: "same-minor",
    versionArgs: ["version", "--client"],
    goPackage: "k8s.io/kubernetes/cmd/kubectl",
  },
  {
    name: "etcd",
    file: "etcd",
    version: "3.7.3",
    accepts: "exact",
    versionArgs: ["--version"],
    family: "etcd",
    goPackage: "go.etcd.io/etcd/server/v3",
    linkerVariables: {},
    neededFor: kubernetes.neededFor,
    folderVariable: "KUBEBUILDER_ASSETS",
  },
  {
    name: "kwok",
    file: "kwok",
    version: "0.8.0",
    accepts: "exact",
    versionArgs: ["--version"],
    family: "kwok",
    goPackage: "sigs.k8s.io/kwok/cmd/kwok",
    linkerVariables: { "sigs.k8s.io/kwok/pkg/consts.Version": "v0.8.0" },
    neededFor: "the nodes and pods of real Kubernetes clusters in tests and in the demo",
  },
  {
    name: "helm",
    file: "helm",
    version: "4.1.4",
    accepts: "same-minor",
    versionArgs: ["version", "--short"],
    family: "helm",
    goPackage: "helm.sh/helm/v4/cmd/helm",
    linkerVariables: { "helm.sh/helm/v4/internal/version.version": "v4.1.4" },
    neededFor: "tests of the charts",
  },
  {
    name: "helm3",
    file: "helm",
    version: "3.22.0",
    accepts: "same-minor",
    versionArgs: ["version", "--short"],
    family: "helm3",
    goPackage: "helm.sh/helm/v3/cmd/helm",
    linkerVariables: { "helm.sh/helm/v3/internal/version.version": "v3.22.0" },
    neededFor: "tests of the charts with the Helm that many still use",
  },
  {
    name: "kustomize",
    file: "kustomize",
    version: "5.8.1",
    accepts: "same-minor",
    versionArgs: ["version"],
    family: "kustomize",
    goPackage: "sigs.k8s.io/kustomize/kustomize/v5",
    linkerVariables: { "sigs.k8s.io/kustomize/api/provenance.version": "v5.8.1" },
    neededFor: "rendering applications of kind Kustomize",
  },
  {
    name: "grpcurl",
    file: "grpcurl",
    version: "1.9.4",
    accepts: "same-minor",
    versionArgs: ["--version"],
    family: "grpcurl",
    goPackage: "github.com/fullstorydev/grpcurl/cmd/grpcurl",
    linkerVariables: { "main.version": "v1.9.4" },
    neededFor: "tests of the gRPC API with a client that is not ours",
  },
] as const satisfies readonly Program[];

export type ProgramName = (typeof programs)[number]["name"];

/** The table's entry; the name is checked by its type. */
export const programNamed = (name: ProgramName): Program => programs.find((program) => program.name === name) as Program;

export const isProgramName = (name: string): name is ProgramName => programs.some((program) => program.name === name);

/** DROVER_KUBE_APISERVER for kube-apiserver. */
export const environmentVariable = (program: Program): string => `DROVER_${program.name.toUpperCase().replaceAll("-", "_")}`;

/** The version in what a program prints about itself: `nats-server: v2.15.2`, `Kubernetes v1.36.3`, `v4.1.4+g0123456`. */
export const parseVersion = (output: string): string | undefined => /\bv?(\d+\.\d+\.\d+)\b/.exec(output)?.[1];

export function isAcceptable(program: Program, version: string): boolean {
  if (program.accepts === "exact") return version === program.version;
  return minor(version) === minor(program.version);
}

const minor = (version: string): string => version.split(".", 2).join(".");
