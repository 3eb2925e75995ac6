import { expect, test } from "vitest";
import { cacheFolder, candidates } from "./candidates.ts";
import { programNamed } from "./programs.ts";

const kubectl = programNamed("kubectl");
const natsFloor = programNamed("nats-server-floor");
const places = (program: typeof kubectl, env: NodeJS.ProcessEnv): readonly string[] =>
  candidates(program, env).map(({ origin, file }) => `${origin}: ${file.replace(/-linux-[^/]+/, "")}`);

test.each([
  {
    name: "an explicit choice is the only candidate",
    program: kubectl,
    env: { DROVER_KUBECTL: "/opt/k", PATH: "/usr/bin", KUBEBUILDER_ASSETS: "/assets", HOME: "/home/ann" },
    want: ["environment variable: /opt/k"],
  },
  {
    name: "PATH comes before envtest's folder, the cache last",
    program: kubectl,
    env: { PATH: "/usr/local/bin:/usr/bin", KUBEBUILDER_ASSETS: "/assets", HOME: "/home/ann" },
    want: [
      "PATH: /usr/local/bin/kubectl",
      "PATH: /usr/bin/kubectl",
      "KUBEBUILDER_ASSETS: /assets/kubectl",
      "cache: /home/ann/.cache/drover/tools/kubectl-1.36.3/kubectl",
    ],
  },
  {
    name: "programs that are not of Kubernetes are not looked for in envtest's folder",
    program: natsFloor,
    env: { PATH: "/usr/bin", KUBEBUILDER_ASSETS: "/assets", HOME: "/home/ann" },
    want: ["PATH: /usr/bin/nats-server", "cache: /home/ann/.cache/drover/tools/nats-server-floor-2.11.15/nats-server"],
  },
  {
    name: "relative and npm folders of PATH do not count, empty variables neither",
    program: natsFloor,
    env: { DROVER_NATS_SERVER_FLOOR: "", PATH: ".:bin::/repo/node_modules/.bin", XDG_CACHE_HOME: "/var/cache/ann", HOME: "/home/ann" },
    want: ["cache: /var/cache/ann/drover/tools/nats-server-floor-2.11.15/nats-server"],
  },
  {
    name: "DROVER_TOOLS_CACHE is the whole path of the cache",
    program: natsFloor,
    env: { DROVER_TOOLS_CACHE: "/ci/tools", XDG_CACHE_HOME: "/var/cache/ann" },
    want: ["cache: /ci/tools/nats-server-floor-2.11.15/nats-server"],
  },
])("$name", ({ program, env, want }) => expect(places(program, env)).toEqual(want));

test("two machines that share a home folder do not share binaries", () => {
  const env = { HOME: "/home/ann" };
  expect(cacheFolder(kubectl, env, "linux", "x64")).toBe("/home/ann/.cache/drover/tools/kubectl-1.36.3-linux-x64");
  expect(cacheFolder(kubectl, env, "linux", "arm64")).toBe("/home/ann/.cache/drover/tools/kubectl-1.36.3-linux-arm64");
});
