import { afterAll, beforeAll, expect, test } from "vitest";
import { startApi } from "../support/api.ts";
import { droverCli } from "../support/drover-cli.ts";
import { enrolAgent, sendReport, startTransport, type Transport } from "../support/transport.ts";

let transport: Transport;
beforeAll(async () => void (transport = await startTransport()));
afterAll(() => transport.stop());

test("a cluster whose agent is paused shows it, until its agent says otherwise", async () => {
  const agent = await enrolAgent(transport, "paused");
  const connection = await agent.connect();
  const started = await startApi(undefined, transport.database);
  const token = await started.tokenOf("viewer");
  const api = started.client(token);
  const drover = droverCli({ DROVER_SERVER: started.baseUrl, DROVER_TOKEN: token });

  await sendReport(connection, agent, { maintenance: true });
  expect(await api("getCluster", { params: { cluster: "paused" } })).toMatchObject({ state: "Connected", maintenance: true });
  expect((await drover("get", "clusters")).out).toMatch(/^NAME +STATUS .*\npaused +Connected,Maintenance /);

  await sendReport(connection, agent, { seq: 2 });
  expect(await api("getCluster", { params: { cluster: "paused" } })).not.toHaveProperty("maintenance");
  await connection.close();
});
