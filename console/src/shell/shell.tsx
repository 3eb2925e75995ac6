import { AppShell, Burger, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { Link, Outlet } from "@tanstack/react-router";
import { useLive } from "../live/use-live.ts";
import mark from "../look/drover.svg";
import { LiveIndicator } from "./live-indicator.tsx";
import { Navbar } from "./navbar.tsx";
import { SearchButton } from "./search-button.tsx";
import classes from "./shell.module.css";
import { ShortcutHelp } from "./shortcut-help.tsx";
import { ThemeMenu } from "./theme-menu.tsx";
import { UserMenu } from "./user-menu.tsx";
import { useShortcuts } from "./use-shortcuts.ts";

/** What stands around every page. */
export function Shell() {
  const connection = useLive();
  const [menuOpen, menu] = useDisclosure();
  const [helpOpen, help] = useDisclosure();
  useShortcuts(help.open);
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 208, breakpoint: "md", collapsed: { mobile: !menuOpen } }}
      padding={{ base: "sm", md: "lg" }}
      transitionDuration={0}
    >
      <a className={classes["skip"]} href="#page">
        Skip to the page
      </a>
      <AppShell.Header className={classes["bar"]}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={menuOpen} onClick={menu.toggle} hiddenFrom="md" size="sm" aria-label="Menu" />
            <Link to="/" className={classes["name"]}>
              <img src={mark} alt="" width={24} height={24} />
              <Text fw={650} component="span">
                Drover
              </Text>
              <Text c="dimmed" size="sm" component="span" visibleFrom="sm">
                {location.hostname}
              </Text>
            </Link>
            <LiveIndicator connection={connection} />
          </Group>
          <Group gap={6} wrap="nowrap">
            <SearchButton />
            <ThemeMenu />
            <UserMenu onHelp={help.open} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes["bar"]}>
        <Navbar onNavigate={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1} className={classes["main"]}>
        <Outlet />
      </AppShell.Main>
      <Notifications position="bottom-right" limit={4} />
      <ShortcutHelp opened={helpOpen} onClose={help.close} />
    </AppShell>
  );
}
