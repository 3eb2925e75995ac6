import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode, SubmitEvent } from "react";
import { ChangeError } from "./change-error.tsx";
import type { Change } from "./use-change.ts";

interface ChangeFieldsProps {
  readonly change: Pick<Change<never>, "error" | "isUnderWay">;
  readonly verb: string;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** The fields of an order that needs no reason, and the button that gives it. For all others see `ChangeDialog`. */
export function ChangeFields({ change: { error, isUnderWay }, verb, onSubmit, children }: ChangeFieldsProps) {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        <ChangeError error={error} />
        <Group justify="flex-end">
          <Button type="submit" loading={isUnderWay}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
