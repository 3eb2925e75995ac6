import type { Locator, Page } from "playwright-core";
import { payloads } from "./payloads.ts";

export interface ConsoleDialog {
  /** Where it is made, below console/src. */
  readonly file: string;
  readonly path: string;
  /** What stands on the button that opens it, or the keys that do. */
  readonly opener: { readonly button: string } | { readonly key: string };
  /** In which of the states of closed sets its button can be pressed; in the first when absent. */
  readonly turn?: number;
  /** Before there is anything to press. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** What is done in it, to come to what it answers. */
  readonly go?: (dialog: Locator) => Promise<void>;
}

const name = encodeURIComponent(payloads[0] ?? "");

const makesToken = async (dialog: Locator): Promise<void> => {
  await dialog.getByLabel("Subject").fill("grace@example.com");
  await dialog.getByRole("button", { name: "Make it" }).click();
  await dialog.getByRole("button", { name: "I have it" }).waitFor();
};

const registersCluster = async (dialog: Locator): Promise<void> => {
  await dialog.getByLabel("Name").fill("eu-9");
  await dialog.getByRole("button", { name: "Register it" }).click();
  await dialog.getByRole("button", { name: "Done" }).waitFor();
};

async function preview(page: Page): Promise<void> {
  await page.getByLabel("File").fill("maxFailures: 1\n");
  await page.getByRole("button", { name: "Preview" }).click();
}

/** Every dialog of the console, and how a person comes to it. */
export const dialogs: readonly ConsoleDialog[] = [
  { file: "application/promote-dialog.tsx", path: `/applications/${name}`, opener: { button: "Promote…" } },
  { file: "application/rollback-dialog.tsx", path: `/rollouts/${name}`, opener: { button: "Roll back…" } },
  { file: "application/quarantine-list.tsx", path: `/applications/${name}`, opener: { button: "Lift…" } },
  { file: "cluster/cluster-actions.tsx", path: `/clusters/${name}`, opener: { button: "Enrolment token" } },
  { file: "cluster/revoke-cluster.tsx", path: `/clusters/${name}`, opener: { button: "Revoke…" } },
  { file: "clusters/add-cluster.tsx", path: "/clusters", opener: { button: "Add a cluster" } },
  { file: "clusters/add-cluster.tsx", path: "/clusters", opener: { button: "Add a cluster" }, go: registersCluster },
  { file: "fleet-file/editor.tsx", path: `/fleet/strategies/${name}`, opener: { button: "Commit…" }, turn: 1, prepare: preview },
  { file: "live-objects/live-actions.tsx", path: `/clusters/${name}/applications/${name}`, opener: { button: "Dry run" } },
  { file: "notification/deliveries-table.tsx", path: "/notifications", opener: { button: "Send again…" }, turn: 1 },
  { file: "notification/notifications-table.tsx", path: "/notifications", opener: { button: "Test…" } },
  { file: "restriction/break-glass-list.tsx", path: "/restrictions", opener: { button: "Break the glass…" } },
  { file: "restriction/break-glass-list.tsx", path: "/restrictions", opener: { button: "End…" } },
  { file: "restriction/emergency-stop.tsx", path: "/restrictions", opener: { button: "Release…" } },
  { file: "restriction/emergency-stop.tsx", path: "/restrictions", opener: { button: "Stop the fleet…" }, turn: 1 },
  { file: "restriction/held-prunes.tsx", path: "/restrictions", opener: { button: "Approve…" } },
  { file: "rollout/gates.tsx", path: `/rollouts/${name}`, opener: { button: "Approve…" } },
  { file: "rollout/gates.tsx", path: `/rollouts/${name}`, opener: { button: "Reject…" } },
  { file: "rollout/gates.tsx", path: `/rollouts/${name}`, opener: { button: "Override…" } },
  { file: "rollout/order-dialog.tsx", path: `/rollouts/${name}`, opener: { button: "Pause…" } },
  { file: "rollout/order-dialog.tsx", path: `/rollouts/${name}`, opener: { button: "Resume…" }, turn: 2 },
  { file: "rollout/order-dialog.tsx", path: `/rollouts/${name}`, opener: { button: "Retry failed…" } },
  { file: "rollout/order-dialog.tsx", path: `/rollouts/${name}`, opener: { button: "Abort…" } },
  { file: "rollout/target-dialog.tsx", path: `/rollouts/${name}`, opener: { button: "Retry…" }, turn: 2 },
  { file: "rollout/waves.tsx", path: `/rollouts/${name}`, opener: { button: "Skip…" } },
  { file: "search/search-dialog.tsx", path: "/audit", opener: { button: "Search" } },
  { file: "search/search-dialog.tsx", path: "/restrictions", opener: { key: "Control+k" } },
  { file: "shell/shortcut-help.tsx", path: "/tokens", opener: { key: "?" } },
  { file: "tokens/new-token.tsx", path: "/tokens", opener: { button: "New token" } },
  { file: "tokens/new-token.tsx", path: "/tokens", opener: { button: "New token" }, go: makesToken },
  { file: "tokens/revoke-token.tsx", path: "/tokens", opener: { button: "Revoke…" } },
];
