import { Code, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { failureOf } from "./failure.ts";

/** Long enough to read and copy from; the reader may close it before. */
const shownMs = 15_000;

export function tellFailure(error: unknown): void {
  const { message, code, requestId } = failureOf(error);
  notifications.show({
    color: "red",
    title: code ?? "This did not work",
    autoClose: shownMs,
    message: (
      <>
        <Text size="sm" className="from-server">
          {message}
        </Text>
        {requestId !== undefined && (
          <Text size="xs" c="dimmed" mt={4}>
            request <Code>{requestId}</Code>
          </Text>
        )}
      </>
    ),
  });
}
