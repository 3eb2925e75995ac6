import { Divider, Kbd, Text } from "@mantine/core";
import { IconKeyboard, IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useApi } from "../api/api.ts";
import { useIdentity } from "../api/identity.ts";
import { DropDown } from "./drop-down.tsx";
import classes from "./drop-down.module.css";

export function UserMenu({ onHelp }: { readonly onHelp: () => void }) {
  const { signOut } = useApi();
  return (
    <DropDown label="Who you are" icon={<IconUserCircle size={20} stroke={1.6} />}>
      {(close) => (
        <>
          <WhoAmI />
          <Divider my={4} />
          <button
            type="button"
            className={classes["item"]}
            onClick={() => {
              // First, so that the focus is back at what opened this when the dialog looks where it was.
              close();
              onHelp();
            }}
          >
            <IconKeyboard size={16} stroke={1.6} aria-hidden />
            Keyboard shortcuts
            <Kbd size="xs">?</Kbd>
          </button>
          <button type="button" className={classes["item"]} onClick={() => signOut()}>
            <IconLogout size={16} stroke={1.6} aria-hidden />
            Sign out
          </button>
        </>
      )}
    </DropDown>
  );
}

function WhoAmI() {
  const { data } = useIdentity();
  if (data === undefined) return <div className={classes["about"]}>not known yet</div>;
  const { actor, role, approves, overrides, expiresAt } = data;
  return (
    <div className={`${classes["about"]} from-server`}>
      <Text size="sm" fw={600} c="var(--mantine-color-text)">
        {actor}
      </Text>
      <div>role {role}</div>
      {approves.length > 0 && <div>approves in {approves.join(", ")}</div>}
      {overrides.length > 0 && <div>overrides in {overrides.join(", ")}</div>}
      {expiresAt !== undefined && <div>token good until {new Date(expiresAt).toLocaleDateString()}</div>}
    </div>
  );
}
