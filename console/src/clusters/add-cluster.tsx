import { Text, TextInput } from "@mantine/core";
import type { EnrolmentToken } from "@drover/proto/rest";
import { useState } from "react";
import { ChangeFields } from "../change/change-fields.tsx";
import { useChange } from "../change/use-change.ts";
import { Dialog } from "../page/dialog.tsx";
import { StartAgent } from "./start-agent.tsx";
import { parseLabels } from "./parse-labels.ts";

/** Registers a cluster and says how to start its agent. */
export function AddCluster({ onClose }: { readonly onClose: () => void }) {
  const [token, setToken] = useState<EnrolmentToken>();
  return (
    <Dialog title="Add a cluster" onClose={onClose}>
      {token === undefined ? <NewClusterForm onToken={setToken} /> : <StartAgent token={token} onClose={onClose} />}
    </Dialog>
  );
}

function NewClusterForm({ onToken }: { readonly onToken: (token: EnrolmentToken) => void }) {
  const [name, setName] = useState("");
  const [labelText, setLabelText] = useState("");
  const labels = parseLabels(labelText);
  const add = useChange({
    send: async (client, body: { readonly name: string; readonly labels: Readonly<Record<string, string>> }, idempotencyKey) => {
      const created = await client("createCluster", { body, idempotencyKey });
      return client("createEnrolmentToken", { params: { cluster: created.id }, body: {}, idempotencyKey: `${idempotencyKey}-token` });
    },
    done: ({ cluster }) => `${cluster} is registered.`,
    onDone: onToken,
  });
  const submit = (): void => {
    if (labels.kind === "labels") add.submit({ name: name.trim(), labels: labels.labels });
  };
  return (
    <ChangeFields change={add} verb="Register it" onSubmit={submit}>
      <Text size="sm" c="dimmed">
        Registering is a commit to the fleet repository. The cluster stays Pending until its agent has enrolled.
      </Text>
      <TextInput
        label="Name"
        description="Lower-case letters, digits and dashes"
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Labels"
        description="Environments choose their clusters by these"
        placeholder="environment=staging region=eu"
        value={labelText}
        error={labels.kind === "wrong" && labels.why}
        onChange={(event) => setLabelText(event.currentTarget.value)}
      />
    </ChangeFields>
  );
}
