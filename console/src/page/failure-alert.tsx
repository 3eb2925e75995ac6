import { Alert, Code, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { failureOf } from "../api/failure.ts";

/** Why something is not shown, with what one needs to ask for help. */
export function FailureAlert({
  error,
  title,
  children,
}: {
  readonly error: unknown;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  const { message, code, requestId } = failureOf(error);
  return (
    <Alert color="red" title={title} className="from-server">
      <Text size="sm">{message}</Text>
      {(code !== undefined || requestId !== undefined) && (
        <Group gap="xs" mt={6}>
          {code !== undefined && <Code>{code}</Code>}
          {requestId !== undefined && (
            <Text size="xs" c="dimmed">
              request <Code>{requestId}</Code>
            </Text>
          )}
        </Group>
      )}
      {children}
    </Alert>
  );
}
