import {
  IconApps,
  IconBell,
  IconFileText,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconRocket,
  IconServer,
  IconShieldLock,
  type IconProps,
} from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";

interface Destination {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly label: string;
  readonly icon: ComponentType<IconProps>;
  /** After `g`: goes there from anywhere. */
  readonly key: string;
  /** A thin line stands before it. */
  readonly begins?: true;
}

/** The pages that stand in the menu, in its order. */
export const destinations: readonly Destination[] = [
  { to: "/", label: "Fleet", icon: IconLayoutDashboard, key: "f" },
  { to: "/applications", label: "Applications", icon: IconApps, key: "a" },
  { to: "/rollouts", label: "Rollouts", icon: IconRocket, key: "r" },
  { to: "/clusters", label: "Clusters", icon: IconServer, key: "c" },
  { to: "/restrictions", label: "Restrictions", icon: IconShieldLock, key: "e" },
  { to: "/notifications", label: "Notifications", icon: IconBell, key: "n" },
  { to: "/fleet", label: "Fleet files", icon: IconFileText, key: "i" },
  { to: "/history", label: "History", icon: IconHistory, key: "h", begins: true },
  { to: "/audit", label: "Audit", icon: IconListDetails, key: "u" },
  { to: "/tokens", label: "Tokens", icon: IconKey, key: "k" },
];
