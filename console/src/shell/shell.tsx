import { Burger, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNotifications } from "@mantine/notifications";
import { Link, Outlet } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useLive } from "../live/use-live.ts";
import mark from "../look/drover.svg";
import { LiveIndicator } from "./live-indicator.tsx";
import { Navbar } from "./navbar.tsx";
import { SearchButton } from "./search-button.tsx";
import classes from "./shell.module.css";
import { ThemeMenu } from "./theme-menu.tsx";
import { UserMenu } from "./user-menu.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import { latePart } from "../late/late-part.ts";

// Not needed for the first sight of a page.
const ShortcutHelp = latePart(async () => (await import("./shortcut-help.tsx")).ShortcutHelp);
const Toasts = latePart(async () => (await import("./toasts.tsx")).Toasts);

/** What stands around every page. */
export function Shell() {
  const connection = useLive();
  const [menuOpen, menu] = useDisclosure();
  const [helpOpen, help] = useDisclosure();
  useShortcuts(help.open);
  const toasts = useNotifications();
  const [toasted, setToasted] = useState(false);
  // Once there was one, what shows them stays: the next is not waited for.
  if (!toasted && toasts.notifications.length > 0) setToasted(true);
  return (
    <div className={classes["shell"]}>
      <a className={classes["skip"]} href="#page">
        Skip to the page
      </a>
      {/* No banner: dialogs have headers of their own, and a page has one banner at most. */}
      <div role="region" aria-label="Console" className={classes["header"]}>
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
      </div>
      <div className={classes["navbar"]} data-open={menuOpen || undefined}>
        <Navbar onNavigate={menu.close} />
      </div>
      <main id="page" tabIndex={-1} className={classes["main"]}>
        <Outlet />
      </main>
      <Suspense fallback={null}>
        {toasted && <Toasts />}
        {helpOpen && <ShortcutHelp onClose={help.close} />}
      </Suspense>
    </div>
  );
}
