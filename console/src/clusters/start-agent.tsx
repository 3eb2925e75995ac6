import type { EnrolmentToken } from "@drover/proto/rest";
import { Button, Group, Stack, Text } from "@mantine/core";
import { CopyCommand } from "../page/copy-command.tsx";
import { ShownOnce } from "../page/shown-once.tsx";
import { agentCommand } from "./agent-command.ts";

/** What to type where the cluster is. The token is in it, and nowhere else. */
export function StartAgent({ token, onClose }: { readonly token: EnrolmentToken; readonly onClose: () => void }) {
  return (
    <Stack gap="sm">
      <Text size="sm" className="from-server">
        Start the agent of <strong>{token.cluster}</strong> with kubectl and helm pointed at that cluster:
      </Text>
      <CopyCommand text={agentCommand(location.origin, token.token)} />
      <ShownOnce title="The token is shown here and never again">
        It is good for one enrolment, until {new Date(token.expiresAt).toLocaleString()}. The list shows the cluster as Connected once its
        agent reports.
      </ShownOnce>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
