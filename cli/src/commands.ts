import type { Command } from "commander";
import type { Cli } from "./cli.ts";

type AddCommand = (program: Command, cli: Cli) => void;

interface CommandEntry {
  /** What may stand on a command line for its code to be needed. */
  readonly names: readonly string[];
  readonly load: () => Promise<AddCommand>;
}

/** Every command, in the order of the help, under the headings of the help. Each is code of its own that is read when it is needed. */
export const commandGroups: Readonly<Record<string, readonly CommandEntry[]>> = {
  "Look:": [
    { names: ["get"], load: async () => (await import("./commands/get.ts")).getCommand },
    { names: ["describe"], load: async () => (await import("./commands/describe.ts")).describeCommand },
    { names: ["search"], load: async () => (await import("./commands/search.ts")).searchCommand },
    { names: ["why"], load: async () => (await import("./commands/why.ts")).whyCommand },
    { names: ["history"], load: async () => (await import("./commands/history.ts")).historyCommand },
    { names: ["diff"], load: async () => (await import("./commands/diff.ts")).diffCommand },
    { names: ["tree"], load: async () => (await import("./commands/tree.ts")).treeCommand },
    { names: ["events"], load: async () => (await import("./commands/events.ts")).eventsCommand },
    { names: ["logs"], load: async () => (await import("./commands/logs.ts")).logsCommand },
    { names: ["drift"], load: async () => (await import("./commands/drift.ts")).driftCommand },
    { names: ["wait"], load: async () => (await import("./commands/wait.ts")).waitCommand },
  ],
  "Release:": [
    { names: ["promote"], load: async () => (await import("./commands/promote.ts")).promoteCommand },
    { names: ["rollback"], load: async () => (await import("./commands/rollback.ts")).rollbackCommand },
    { names: ["promotion"], load: async () => (await import("./commands/promotion.ts")).promotionCommand },
    { names: ["rollout"], load: async () => (await import("./commands/rollout.ts")).rolloutCommand },
    {
      names: ["pause", "suspend", "resume", "abort", "approve", "reject"],
      load: async () => (await import("./commands/rollout-shortcuts.ts")).rolloutShortcuts,
    },
    { names: ["quarantine"], load: async () => (await import("./commands/quarantine.ts")).quarantineCommand },
  ],
  "Hold:": [
    { names: ["freeze"], load: async () => (await import("./commands/freeze.ts")).freezeCommand },
    { names: ["stop"], load: async () => (await import("./commands/stop.ts")).stopCommand },
    { names: ["break-glass"], load: async () => (await import("./commands/break-glass.ts")).breakGlassCommand },
    { names: ["prune"], load: async () => (await import("./commands/prune.ts")).pruneCommand },
  ],
  "Edit the fleet:": [
    { names: ["apply", "create"], load: async () => (await import("./commands/apply.ts")).applyCommands },
    { names: ["edit"], load: async () => (await import("./commands/edit.ts")).editCommand },
    { names: ["delete"], load: async () => (await import("./commands/delete.ts")).deleteCommand },
    { names: ["application"], load: async () => (await import("./commands/remove.ts")).applicationCommand },
    { names: ["validate"], load: async () => (await import("./commands/validate.ts")).validateCommand },
    { names: ["export"], load: async () => (await import("./commands/export.ts")).exportCommand },
    { names: ["explain"], load: async () => (await import("./commands/explain.ts")).explainCommand },
    { names: ["api-resources"], load: async () => (await import("./commands/api-resources.ts")).apiResourcesCommand },
  ],
  "Clusters:": [
    { names: ["cluster"], load: async () => (await import("./commands/cluster.ts")).clusterCommand },
    { names: ["refresh", "sync", "reconcile"], load: async () => (await import("./commands/refresh.ts")).refreshCommand },
  ],
  "Access:": [
    { names: ["auth"], load: async () => (await import("./commands/auth.ts")).authCommand },
    { names: ["token"], load: async () => (await import("./commands/token.ts")).tokenCommand },
    { names: ["notification"], load: async () => (await import("./commands/notification.ts")).notificationCommand },
  ],
  "This command line:": [
    { names: ["config"], load: async () => (await import("./commands/config.ts")).configCommand },
    { names: ["check"], load: async () => (await import("./commands/check.ts")).checkCommand },
    { names: ["support-bundle"], load: async () => (await import("./commands/support-bundle.ts")).supportBundleCommand },
    { names: ["completion"], load: async () => (await import("./commands/completion.ts")).completionCommand },
    { names: ["complete"], load: async () => (await import("./commands/completion.ts")).completeCommand },
    { names: ["version"], load: async () => (await import("./commands/version.ts")).versionCommand },
  ],
};

export const commands: readonly CommandEntry[] = Object.values(commandGroups).flat();

/** Whether the first word is a command's; false also where there is none. */
export const isKnown = ([first = ""]: readonly string[]): boolean =>
  first === "help" || commands.some(({ names }) => names.includes(first));
