import type { Client } from "@drover/proto/rest";
import { createHmac } from "node:crypto";
import { prepareControlPlane, type Replica, type TestControlPlane, webhookSecret } from "../../support/control-plane.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { type CheckServer, startCheckServer } from "./check-server.ts";
import { createTime, type Time } from "./pass-time.ts";
import type { WorkTree } from "../../support/git-work-tree.ts";

/** What a change pushed. */
type Commit = string;

/** One real control plane for all stories, which are played one after another. */
export interface ScenarioWorld {
  readonly controlPlane: TestControlPlane;
  readonly replica: Replica;
  readonly api: Client;
  readonly checks: CheckServer;
  readonly time: Time;
  /** Commits to the fleet repository as a person would, and waits until the control plane has read it. */
  pushFleet(change: (fleet: WorkTree) => Promise<Commit>): Promise<void>;
  /** Tells the control plane of a push, as a git host does. */
  tellOfPush(cloneUrl: string): Promise<void>;
  stop(): Promise<void>;
}

/** Every push is told. Polls would fetch each repository again whenever a story lets time pass. */
const never = "3650d";

export async function startScenarioWorld(): Promise<ScenarioWorld> {
  const controlPlane = await prepareControlPlane();
  const { fleet, git, database } = controlPlane;
  await fleet.push({ "drover.yaml": "apiVersion: drover.dev/v1\n" }, "begin");
  const checks = await startCheckServer();
  const replica = await controlPlane.start({ DROVER_EGRESS_ALLOW: `${git.address},${checks.address}`, DROVER_SOURCE_POLL: never });
  const tellOfPush = async (cloneUrl: string): Promise<void> => {
    const body = JSON.stringify({ ref: "refs/heads/main", repository: { clone_url: cloneUrl } });
    const signature = `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`;
    const headers = { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": signature };
    const { ok, status } = await replica.fetch(`${replica.apiUrl}/v1/webhooks/github`, { method: "POST", headers, body });
    if (!ok) throw new Error(`the webhook answered ${status}`);
  };
  return {
    controlPlane,
    replica,
    api: replica.client(),
    checks,
    time: await createTime(database),
    tellOfPush,
    async stop() {
      await controlPlane.stop();
      await checks.stop();
    },
    async pushFleet(change) {
      await fleet.pull();
      const commit = await change(fleet);
      await tellOfPush(git.host.cloneUrl("fleet"));
      await waitUntil("the push is projected", async () => {
        const { rowCount } = await database.query({ text: "select 1 from fleet_commits where commit = $1", values: [commit] });
        return rowCount === 1;
      });
    },
  };
}
