/** One setting of the control plane. docs/reference/configuration.md is generated from this table. */
export interface Setting {
  readonly name: string;
  /** How the text is read: durations like 90s, lists and blocks of addresses separated by commas, listeners as host:port. */
  readonly form: "text" | "list" | "blocks" | "count" | "duration" | "listener" | "word" | "secret";
  readonly fallback?: string;
  readonly words?: readonly string[];
  readonly meaning: string;
}

export const roles = ["api", "planner", "publisher", "ingest", "sources"] as const;
export type Role = (typeof roles)[number];

export const settings = {
  databaseUrl: {
    name: "DATABASE_URL",
    form: "secret",
    meaning:
      "PostgreSQL 15 or newer, by a direct connection: LISTEN does not survive a pooler. Absent: an embedded PostgreSQL under the data directory.",
  },
  dataDir: {
    name: "DROVER_DATA_DIR",
    form: "text",
    fallback: ".drover",
    meaning:
      "Keys, certificates, mirrors of repositories, and the embedded servers' data. Mode 0700; losing it loses the installation's identity.",
  },
  roles: { name: "DROVER_ROLES", form: "list", fallback: roles.join(","), words: roles, meaning: "What this replica does." },
  listen: {
    name: "DROVER_LISTEN",
    form: "listener",
    fallback: "127.0.0.1:8443",
    meaning: "REST and console, over TLS. Port 0 takes a free one.",
  },
  grpcListen: {
    name: "DROVER_GRPC_LISTEN",
    form: "listener",
    fallback: "127.0.0.1:9443",
    meaning: "gRPC, over TLS. Port 0 takes a free one.",
  },
  consoleDir: {
    name: "DROVER_CONSOLE_DIR",
    form: "text",
    meaning:
      "Folder of the built console, served at /. <clone>/console/dist/site when absent, where `npm run build -w @drover/console` makes it.",
  },
  tlsNames: {
    name: "DROVER_TLS_NAMES",
    form: "list",
    fallback: "localhost,127.0.0.1",
    meaning: "Host names and addresses in the server certificates that bootstrap makes.",
  },
  tlsCertFile: {
    name: "DROVER_TLS_CERT_FILE",
    form: "text",
    meaning:
      "PEM certificate chain of REST and gRPC, with DROVER_TLS_KEY_FILE; read again when it changes. Absent: one of the installation's own authority.",
  },
  tlsKeyFile: { name: "DROVER_TLS_KEY_FILE", form: "text", meaning: "PEM private key of REST and gRPC." },
  firstAdminToken: {
    name: "DROVER_FIRST_ADMIN_TOKEN",
    form: "secret",
    meaning:
      "Counts as an admin's for a year from the first start without any good admin token. Absent: one is made, in <data directory>/admin-token.",
  },
  bootstrapSecrets: {
    name: "DROVER_BOOTSTRAP_SECRETS",
    form: "text",
    meaning:
      "In a pod: `bootstrap` keeps what it makes in the Secrets <this>-keys, -tls, -nats and -admin-token of its namespace, for other pods to mount.",
  },
  bootstrapRestarts: {
    name: "DROVER_BOOTSTRAP_RESTARTS",
    form: "list",
    fallback: "",
    meaning: "Deployments and StatefulSets, as kind/name, that `bootstrap` restarts when it has renewed certificates.",
  },
  serviceAccountDir: {
    name: "DROVER_SERVICE_ACCOUNT_DIR",
    form: "text",
    fallback: "/var/run/secrets/kubernetes.io/serviceaccount",
    meaning: "Where `bootstrap` finds its pod's ServiceAccount.",
  },
  natsUrls: {
    name: "DROVER_NATS_URLS",
    form: "list",
    meaning: "nats-server 2.11.15, 2.12.6 or newer, run with the configuration that `drover bootstrap` writes. Absent: an embedded one.",
  },
  natsListen: {
    name: "DROVER_NATS_LISTEN",
    form: "listener",
    fallback: "127.0.0.1:4222",
    meaning: "Where the embedded nats-server listens. Port 0 takes a free one.",
  },
  natsPublicUrls: { name: "DROVER_NATS_PUBLIC_URLS", form: "list", meaning: "How agents reach NATS; DROVER_NATS_URLS when absent." },
  fleetRepository: {
    name: "DROVER_FLEET_REPOSITORY",
    form: "text",
    meaning: "URL of the fleet repository (https or ssh). Absent: a bare repository under the data directory.",
  },
  fleetRef: { name: "DROVER_FLEET_REF", form: "text", fallback: "main", meaning: "Branch of the fleet repository." },
  fleetCredentialsRef: { name: "DROVER_FLEET_CREDENTIALS_REF", form: "text", meaning: "Name of the credentials for the fleet repository." },
  credentialsDir: {
    name: "DROVER_CREDENTIALS_DIR",
    form: "text",
    meaning:
      "Mounted Secrets, one folder a name: username and password, ssh-privatekey and known_hosts, a gate's token, or a notification's receiver. <data directory>/credentials when absent.",
  },
  webhookSecret: {
    name: "DROVER_WEBHOOK_SECRET",
    form: "secret",
    meaning: "Checks the signature of push webhooks. Absent: webhooks are refused.",
  },
  publicUrl: {
    name: "DROVER_PUBLIC_URL",
    form: "text",
    meaning: "How people reach REST and the console, such as https://drover.example.com; messages link to it. Absent: they have no links.",
  },
  requestsPerToken: {
    name: "DROVER_REQUESTS_PER_TOKEN",
    form: "count",
    fallback: "12000",
    meaning: "Requests that one API token may send in a minute to one replica, REST and gRPC together; a watch is one.",
  },
  requestsPerAddress: {
    name: "DROVER_REQUESTS_PER_ADDRESS",
    form: "count",
    fallback: "3000",
    meaning: "Requests without an API token that one address may send in a minute to one replica: enrolments, renewals and webhooks.",
  },
  trustedProxies: {
    name: "DROVER_TRUSTED_PROXIES",
    form: "blocks",
    fallback: "",
    meaning:
      "Addresses of proxies in front of REST and gRPC, as blocks like 10.0.0.0/8: whom their X-Forwarded-For names is the caller whose failures and requests are counted. What anybody else writes there is ignored.",
  },
  egressAllow: {
    name: "DROVER_EGRESS_ALLOW",
    form: "list",
    fallback: "",
    meaning: "host:port pairs that may be loopback, link-local or metadata addresses; every other such address is refused.",
  },
  egressPrivate: {
    name: "DROVER_EGRESS_PRIVATE",
    form: "word",
    fallback: "allow",
    words: ["allow", "deny"],
    meaning: "Whether repositories, and what gates and notifications call, may be at private addresses.",
  },
  sourcePoll: {
    name: "DROVER_SOURCE_POLL",
    form: "duration",
    fallback: "3m",
    meaning: "How often repositories are polled, ± 20 %. Webhooks make it faster.",
  },
  logLevel: {
    name: "DROVER_LOG_LEVEL",
    form: "word",
    fallback: "info",
    words: ["debug", "info", "warn", "error", "silent"],
    meaning: "Least severe log line that is written.",
  },
  failpoint: {
    name: "DROVER_FAILPOINT",
    form: "text",
    meaning: "For tests of crashes: a point of `src/app/failpoint.ts`, or `<point>:<n>`, at whose n-th passage this process kills itself.",
  },
} as const satisfies Record<string, Setting>;
