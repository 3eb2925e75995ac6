import { ActionIcon, Kbd, Menu, Text, Tooltip } from "@mantine/core";
import { IconKeyboard, IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useApi } from "../api/api.ts";
import { useIdentity } from "../api/identity.ts";

export function UserMenu({ onHelp }: { readonly onHelp: () => void }) {
  const { signOut } = useApi();
  return (
    <Menu position="bottom-end" width={260} withinPortal>
      <Menu.Target>
        <Tooltip label="Who you are">
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Who you are">
            <IconUserCircle size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown aria-label="Who you are">
        <WhoAmI />
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.6} />} rightSection={<Kbd size="xs">?</Kbd>} onClick={onHelp}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} />} onClick={() => signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function WhoAmI() {
  const { data } = useIdentity();
  if (data === undefined) return <Menu.Label>not known yet</Menu.Label>;
  const { actor, role, approves, overrides, expiresAt } = data;
  return (
    <Menu.Label className="from-server">
      <Text size="sm" fw={600} c="var(--mantine-color-text)">
        {actor}
      </Text>
      <Text size="xs">role {role}</Text>
      {approves.length > 0 && <Text size="xs">approves in {approves.join(", ")}</Text>}
      {overrides.length > 0 && <Text size="xs">overrides in {overrides.join(", ")}</Text>}
      {expiresAt !== undefined && <Text size="xs">token good until {new Date(expiresAt).toLocaleDateString()}</Text>}
    </Menu.Label>
  );
}
