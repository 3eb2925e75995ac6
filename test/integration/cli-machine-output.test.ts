import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../../cli/src/run.ts";
import { promotion } from "../../control-plane/src/api/api-deps.fixture.ts";
import { startApi } from "../support/api.ts";
import { addCluster } from "../support/transport.ts";

/** The command line against an API, its standard output and its messages apart. */
async function commandLine() {
  const api = await startApi((deps) => ({
    ...deps,
    reads: { ...deps.reads, promotions: { ...deps.reads.promotions, get: () => Promise.resolve(promotion) } },
  }));
  const folder = await mkdtemp(join(tmpdir(), "drover-cli-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const env = { DROVER_CONFIG: join(folder, "config"), DROVER_SERVER: api.baseUrl, DROVER_TOKEN: await api.tokenOf("operator") };
  const drover = async (...argv: readonly string[]) => {
    let out = "";
    let said = "";
    const status = await run(argv, { env, isTerminal: false, out: (text) => (out += text), say: (text) => (said += `${text}\n`) });
    return { status, out, said };
  };
  return { api, drover };
}

test("another enrolment token is made for a cluster that is there; its secret alone is on standard output", async () => {
  const { api, drover } = await commandLine();
  await addCluster(api.database, "eu-1");
  const { status, out, said } = await drover("cluster", "token", "eu-1", "--ttl", "10m");
  expect([status, out]).toEqual([0, "drv1_a_b\n"]);
  expect(said).toContain("works once");
  expect(await drover("cluster", "token", "nosuch")).toMatchObject({
    status: 1,
    out: "",
    said: expect.stringContaining("CLUSTER_NOT_FOUND"),
  });
});

test("what is waited for is told beside the JSON, not in it", async () => {
  const { drover } = await commandLine();
  const place = ["web", "--to", "staging", "--revision", "abc"];
  const { out, said } = await drover("promote", ...place, "-o", "json", "--wait", "--timeout", "1s");
  expect(JSON.parse(out)).toMatchObject({ application: promotion.application });
  expect(said).toMatch(/rollout/);
});
