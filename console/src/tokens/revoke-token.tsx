import type { ApiToken } from "@drover/proto/rest";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useApi } from "../api/api.ts";
import { useIdentity } from "../api/identity.ts";
import { ChangeError } from "../change/change-error.tsx";
import { useChange } from "../change/use-change.ts";
import { Dialog } from "../page/dialog.tsx";

export function RevokeToken({ token: { id, subject }, onClose }: { readonly token: ApiToken; readonly onClose: () => void }) {
  const { signOut } = useApi();
  const isOwn = useIdentity().data?.tokenId === id;
  const change = useChange({
    send: (client, token: string) => client("revokeApiToken", { params: { token } }),
    done: () => `The token of ${subject} has ended.`,
    onDone: () => (isOwn ? signOut("You have ended your own token.") : onClose()),
  });
  return (
    <Dialog title={`Revoke the token of ${subject}?`} size="md" onClose={onClose}>
      <Stack>
        <Text size="sm">It ends at once, and watches that are open with it are cut within five seconds. It cannot be taken back.</Text>
        {isOwn && (
          <Text size="sm" c="var(--mantine-color-error)">
            It is the token that you are signed in with: you will be signed out.
          </Text>
        )}
        <ChangeError error={change.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={change.isUnderWay} onClick={() => change.submit(id)}>
            Revoke the token
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
