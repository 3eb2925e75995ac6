import type { DiffAnswer } from "./answers.ts";
import { Modal } from "@mantine/core";
import { useState } from "react";
import { ChangeError } from "../change/change-error.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { Differences } from "./differences.tsx";

/** What one can have the cluster's agent do now: look at everything anew, or say what a sync would change. */
export function LiveActions({ cluster, application }: { readonly cluster: string; readonly application: string }) {
  const [dryRun, setDryRun] = useState<DiffAnswer>();
  const params = { cluster, application };
  const refresh = useChange({
    send: (client, _nothing: void) => client("refreshApplication", { params, body: {} }),
    done: ({ sync, health }) => `${application} on ${cluster} is ${sync} and ${health}.`,
  });
  const ask = useChange({
    send: (client, _nothing: void) => client("dryRunApplication", { params, body: {} }),
    done: ({ objects }) => `A sync would change ${objects.length === 0 ? "nothing" : String(objects.length)}.`,
    onDone: setDryRun,
  });
  return (
    <>
      <PermittedButton
        wish={{ permission: "rollout.control" }}
        notNow={refresh.isUnderWay ? "the agent is looking" : undefined}
        onClick={() => refresh.submit()}
      >
        Refresh
      </PermittedButton>
      <PermittedButton
        wish={{ permission: "live.read" }}
        notNow={ask.isUnderWay ? "the agent is asking its API server" : undefined}
        onClick={() => ask.submit()}
      >
        Dry run
      </PermittedButton>
      <ChangeError error={refresh.error ?? ask.error} />
      {dryRun !== undefined && (
        <Modal
          opened
          onClose={() => setDryRun(undefined)}
          title={`What a sync of ${application} would change on ${cluster}`}
          size="xl"
          closeButtonProps={{ "aria-label": "Close" }}
          attributes={{ header: { role: "none" } }}
        >
          <Differences answer={dryRun} />
        </Modal>
      )}
    </>
  );
}
