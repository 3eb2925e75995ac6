import { Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, type SubmitEvent, useState } from "react";
import { Dialog } from "../page/dialog.tsx";
import { ChangeError } from "./change-error.tsx";
import type { Change } from "./use-change.ts";

export interface ChangeDialogProps {
  readonly title: string;
  /** On the button: the verb of what happens, never "OK". */
  readonly verb: string;
  readonly color?: string;
  /** What will happen, before it does. */
  readonly children: ReactNode;
  readonly change: Change<string>;
  /** A word that has to be typed, for what cannot be taken back. */
  readonly typed?: string;
  /** Why it cannot be done as the dialog stands. */
  readonly notYet?: string | undefined;
  readonly explanation?: string | undefined;
  readonly size?: string;
  readonly onClose: () => void;
}

/** Says what will happen, asks why, and does it once. */
export function ChangeForm(props: ChangeDialogProps) {
  const { title, verb, color, children, change, typed, notYet, explanation, size = "lg", onClose } = props;
  const [reason, setReason] = useState("");
  const [confirmation, setConfirmation] = useState("");
  const isMissing = reason.trim() === "" || notYet !== undefined || (typed !== undefined && confirmation !== typed);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!isMissing) change.submit(reason.trim());
  };
  return (
    <Dialog title={title} size={size} centered onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          <Textarea
            label="Reason"
            description="Kept in the audit record, and in git where it becomes a commit."
            required
            autosize
            minRows={2}
            maxLength={1000}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {typed !== undefined && (
            <TextInput
              label={`Type ${typed} to confirm`}
              autoComplete="off"
              value={confirmation}
              onChange={(event) => setConfirmation(event.currentTarget.value)}
            />
          )}
          <ChangeError error={change.error} explanation={explanation} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color={color ?? "indigo"} disabled={isMissing} loading={change.isUnderWay}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
