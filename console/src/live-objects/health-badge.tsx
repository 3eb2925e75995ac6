import { Badge } from "@mantine/core";
import {
  type Icon,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconHelpCircle,
  IconLoader,
  IconPlayerPause,
} from "@tabler/icons-react";
import type { TreeNode } from "./answers.ts";

const look: Readonly<Record<TreeNode["health"], readonly [color: string, shape: Icon]>> = {
  Healthy: ["teal", IconCircleCheck],
  Progressing: ["blue", IconLoader],
  Degraded: ["red", IconCircleX],
  Suspended: ["grape", IconPlayerPause],
  Missing: ["red", IconCircleDashed],
  Unknown: ["gray", IconHelpCircle],
};

/** Health by colour, shape and word. */
export function HealthBadge({ health }: { readonly health: TreeNode["health"] }) {
  const [color, Shape] = look[health];
  return (
    <Badge variant="light" color={color} flex="none" leftSection={<Shape size={12} aria-hidden />}>
      {health}
    </Badge>
  );
}

export function SyncBadge({ sync }: { readonly sync: NonNullable<TreeNode["sync"]> }) {
  return (
    <Badge variant="light" color={sync === "Synced" ? "teal" : sync === "OutOfSync" ? "yellow" : "gray"} flex="none">
      {sync}
    </Badge>
  );
}
