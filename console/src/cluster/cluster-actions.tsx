import type { Cluster, EnrolmentToken } from "@drover/proto/rest";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { StartAgent } from "../clusters/start-agent.tsx";
import { ChangeError } from "../change/change-error.tsx";
import { Dialog } from "../page/dialog.tsx";
import { RevokeCluster } from "./revoke-cluster.tsx";
import { Loading } from "../page/loading.tsx";

export function ClusterActions({ cluster }: { readonly cluster: Cluster }) {
  const [revoking, revoke] = useDisclosure();
  const [enrolling, enrol] = useDisclosure();
  const [token, setToken] = useState<EnrolmentToken>();
  const making = useChange({
    send: (client, id: string, idempotencyKey) => client("createEnrolmentToken", { params: { cluster: id }, body: {}, idempotencyKey }),
    done: ({ cluster: name }) => `A token for ${name} is made.`,
    onDone: setToken,
  });
  const begin = (): void => {
    enrol.open();
    making.submit(cluster.id);
  };
  const close = (): void => {
    enrol.close();
    setToken(undefined);
    making.forget();
  };
  return (
    <>
      <PermittedButton wish={{ permission: "cluster.register" }} onClick={begin}>
        Enrolment token
      </PermittedButton>
      <PermittedButton
        wish={{ permission: "cluster.revoke" }}
        notNow={cluster.state === "Revoked" ? "its identity has ended already" : undefined}
        onClick={revoke.open}
      >
        Revoke…
      </PermittedButton>
      {revoking && <RevokeCluster cluster={cluster} onClose={revoke.close} />}
      {enrolling && (
        <Dialog title={`Enrol ${cluster.name}`} onClose={close}>
          <ChangeError error={making.error} />
          {making.isUnderWay && <Loading height={220} />}
          {token !== undefined && <StartAgent token={token} onClose={close} />}
        </Dialog>
      )}
    </>
  );
}
