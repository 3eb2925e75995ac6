import type { CreatedApiToken, NewApiToken } from "@drover/proto/rest";
import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { ChangeFields } from "../change/change-fields.tsx";
import { useChange } from "../change/use-change.ts";
import { Dialog } from "../page/dialog.tsx";
import { CopyCommand } from "../page/copy-command.tsx";
import { ShownOnce } from "../page/shown-once.tsx";

const roles = [
  { value: "viewer", label: "viewer: reads" },
  { value: "operator", label: "operator: also changes what runs" },
  { value: "admin", label: "admin: also tokens and revoking" },
];
const lifetimes = ["1d", "30d", "90d", "365d"];

export function NewToken({ onClose }: { readonly onClose: () => void }) {
  const [created, setCreated] = useState<CreatedApiToken>();
  return (
    <Dialog title="New token" onClose={onClose}>
      {created === undefined ? <TokenForm onCreated={setCreated} /> : <MadeToken token={created} onClose={onClose} />}
    </Dialog>
  );
}

function TokenForm({ onCreated }: { readonly onCreated: (token: CreatedApiToken) => void }) {
  const [subject, setSubject] = useState("");
  const [role, setRole] = useState<NewApiToken["role"]>("viewer");
  const [approves, setApproves] = useState("");
  const [overrides, setOverrides] = useState("");
  const [ttl, setTtl] = useState("90d");
  const change = useChange({
    send: (client, body: NewApiToken, idempotencyKey) => client("createApiToken", { body, idempotencyKey }),
    done: (token) => `A token for ${token.subject} is made.`,
    onDone: onCreated,
  });
  const submit = (): void => {
    change.submit({ subject: subject.trim(), role, approves: namesOf(approves), overrides: namesOf(overrides), ttl });
  };
  return (
    <ChangeFields change={change} verb="Make it" onSubmit={submit}>
      <TextInput
        label="Subject"
        description="Who acts with it, as the audit record will say"
        placeholder="ada@example.com"
        required
        data-autofocus
        value={subject}
        onChange={(event) => setSubject(event.currentTarget.value)}
      />
      <Select
        label="Role"
        data={roles}
        value={role}
        allowDeselect={false}
        onChange={(value) => setRole((value ?? "viewer") as NewApiToken["role"])}
      />
      <TextInput
        label="Approves in"
        description="Environments, apart by spaces; * for all. Beyond what the role may"
        value={approves}
        onChange={(event) => setApproves(event.currentTarget.value)}
      />
      <TextInput
        label="Overrides in"
        description="Environments in which it may pass gates over and break restrictions"
        value={overrides}
        onChange={(event) => setOverrides(event.currentTarget.value)}
      />
      <Stack gap={4}>
        <Text size="sm" fw={500}>
          Good for
        </Text>
        <SegmentedControl aria-label="Good for" data={lifetimes} value={ttl} onChange={setTtl} size="xs" />
      </Stack>
    </ChangeFields>
  );
}

const namesOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function MadeToken({ token: { token, subject }, onClose }: { readonly token: CreatedApiToken; readonly onClose: () => void }) {
  return (
    <Stack gap="sm">
      <ShownOnce title="Copy it now: it is shown here and never again">For {subject}. Whoever has it acts as them.</ShownOnce>
      <CopyCommand text={token} label="Copy the token" />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          I have it
        </Button>
      </Group>
    </Stack>
  );
}
