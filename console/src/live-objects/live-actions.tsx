import type { DiffAnswer } from "./answers.ts";
import { Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { ChangeError } from "../change/change-error.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { Dialog } from "../page/dialog.tsx";
import { Differences } from "./differences.tsx";
import { Loading } from "../page/loading.tsx";

/** What one can have the cluster's agent do now: look at everything anew, or say what a sync would change. */
export function LiveActions({ cluster, application }: { readonly cluster: string; readonly application: string }) {
  const [asking, dialog] = useDisclosure();
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
  const close = (): void => {
    dialog.close();
    setDryRun(undefined);
    ask.forget();
  };
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
        onClick={() => {
          dialog.open();
          ask.submit();
        }}
      >
        Dry run
      </PermittedButton>
      <ChangeError error={refresh.error} />
      {asking && (
        <Dialog title={`What a sync of ${application} would change on ${cluster}`} size="xl" onClose={close}>
          <ChangeError error={ask.error} />
          {ask.isUnderWay && (
            <>
              <Text size="sm">The agent asks its API server.</Text>
              <Loading height={220} />
            </>
          )}
          {dryRun !== undefined && <Differences answer={dryRun} />}
        </Dialog>
      )}
    </>
  );
}
