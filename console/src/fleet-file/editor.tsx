import { DroverError } from "@drover/kit";
import type { FleetEdit } from "@drover/proto/rest";
import { Button, Card, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { ChangeDialog } from "../change/change-dialog.tsx";
import { ChangeError } from "../change/change-error.tsx";
import { PermittedButton } from "../change/permitted-button.tsx";
import { useChange } from "../change/use-change.ts";
import { yamlOf } from "../live-objects/yaml-of.ts";
import { paths } from "../paths.ts";
import { EditPreview } from "./edit-preview.tsx";
import type { Edited, FleetFile } from "./kinds.ts";
import { parseSpec } from "./parse-spec.ts";
import { type Edit, sendEdit } from "./send-edit.ts";
import { YamlEditor } from "./yaml-editor.tsx";

interface EditorProps {
  readonly collection: Edited;
  /** None where it is not there yet. */
  readonly file: FleetFile | undefined;
  /** What a new one begins with. */
  readonly begin?: string;
  readonly onReread: () => void;
}

/** A file as text: looked at first, then committed. */
export function Editor({ collection, file, begin = "", onReread }: EditorProps) {
  const { client } = useApi();
  const [name, setName] = useState(file?.name ?? "");
  const [text, setText] = useState(() => (file === undefined ? begin : yamlOf(file.spec)));
  const [isCommitting, setCommitting] = useState(false);
  const parsed = parseSpec(text);
  const spec = parsed.kind === "spec" ? parsed.spec : {};
  const edit: Edit = { collection, name: name.trim(), version: file?.version, spec, reason: "a look at what would change" };
  const preview = useMutation({ meta: { isShown: true }, mutationFn: () => sendEdit(client, edit, true) });
  const change = (value: string): void => {
    setText(value);
    preview.reset();
  };
  const isRefused = preview.data?.preview?.problems.some(({ severity }) => severity === "error") === true;
  const notYet =
    preview.data === undefined
      ? "look at what would change first"
      : isRefused || preview.data.result === "Unchanged"
        ? "there is nothing that could be committed"
        : undefined;
  return (
    <Stack gap="sm">
      {file === undefined && <TextInput label="Name" w={320} value={name} onChange={(event) => setName(event.currentTarget.value)} />}
      <YamlEditor label="File" value={text} onChange={change} wrong={parsed.kind === "wrong" && text !== "" ? parsed : undefined} />
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          disabled={parsed.kind === "wrong" || name.trim() === ""}
          loading={preview.isPending}
          onClick={() => preview.mutate()}
        >
          Preview
        </Button>
        <PermittedButton wish={{ permission: "fleet.edit" }} notNow={notYet} onClick={() => setCommitting(true)}>
          Commit…
        </PermittedButton>
        {file !== undefined && (
          <Text size="sm" c="dimmed">
            Comments of the file stay where they are; they are not shown here.
          </Text>
        )}
      </Group>
      <ChangeError error={preview.error} explanation={movedOr(preview.error)} />
      {preview.error instanceof DroverError && preview.error.kind === "stale" && (
        <Button size="xs" variant="default" onClick={onReread}>
          Read it anew
        </Button>
      )}
      {preview.data !== undefined && (
        <Card withBorder>
          <EditPreview edit={preview.data} />
        </Card>
      )}
      {isCommitting && <CommitDialog edit={edit} onClose={() => setCommitting(false)} onDone={onReread} />}
    </Stack>
  );
}

const movedOr = (error: Error | null): string | undefined =>
  error instanceof DroverError && error.kind === "stale"
    ? "Somebody changed this file while you edited it, so nothing was committed. Copy your text, read the file anew, and edit that."
    : undefined;

interface CommitDialogProps {
  readonly edit: Edit;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function CommitDialog({ edit, onClose, onDone }: CommitDialogProps) {
  const navigate = useNavigate();
  const { collection, name, version } = edit;
  const change = useChange({
    send: (client, reason: string): Promise<FleetEdit> => sendEdit(client, { ...edit, reason }, false),
    done: ({ commit }) => `${name} is committed${commit === undefined ? "" : ` as ${commit.slice(0, 7)}`}.`,
    onDone: () => {
      onClose();
      if (version !== undefined) return onDone();
      // An application is there to be promoted next.
      void navigate({ to: collection === "applications" ? paths.application(name) : paths.file(collection, name) });
    },
  });
  return (
    <ChangeDialog title={`Commit ${name}`} verb="Commit" change={change} explanation={movedOr(change.error)} onClose={onClose}>
      <Text size="sm">
        It becomes a commit of the fleet repository, and what it changes begins at once, as strategies and windows allow.
      </Text>
    </ChangeDialog>
  );
}
