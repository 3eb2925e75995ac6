import type { Cluster, EnrolmentToken } from "@drover/proto/rest";
import { Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { StartAgent } from "../clusters/start-agent.tsx";
import { ChangeError } from "../change/change-error.tsx";
import { RevokeCluster } from "./revoke-cluster.tsx";

export function ClusterActions({ cluster }: { readonly cluster: Cluster }) {
  const [revoking, revoke] = useDisclosure();
  const [token, setToken] = useState<EnrolmentToken>();
  const making = useChange({
    send: (client, id: string, idempotencyKey) => client("createEnrolmentToken", { params: { cluster: id }, body: {}, idempotencyKey }),
    done: ({ cluster: name }) => `A token for ${name} is made.`,
    onDone: setToken,
  });
  const close = (): void => {
    setToken(undefined);
    making.forget();
  };
  return (
    <>
      <PermittedButton wish={{ permission: "cluster.register" }} loading={making.isUnderWay} onClick={() => making.submit(cluster.id)}>
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
      <Modal
        opened={token !== undefined || making.error !== null}
        onClose={close}
        size="lg"
        title={`Enrol ${cluster.name}`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <ChangeError error={making.error} />
        {token !== undefined && <StartAgent token={token} onClose={close} />}
      </Modal>
    </>
  );
}
