import {
  IconAlertTriangleFilled,
  IconArrowBackUp,
  IconBan,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleDotted,
  IconCircleXFilled,
  IconClockHour4,
  IconHelpCircle,
  IconPlayerPauseFilled,
  IconPlugConnectedX,
  IconProgress,
  type IconProps,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

interface Look {
  readonly color: string;
  readonly icon: ComponentType<IconProps>;
}

const well: Look = { color: "teal", icon: IconCircleCheckFilled };
const moving: Look = { color: "blue", icon: IconProgress };
const broken: Look = { color: "red", icon: IconCircleXFilled };
const warned: Look = { color: "yellow", icon: IconAlertTriangleFilled };
const unknown: Look = { color: "gray", icon: IconHelpCircle };
const paused: Look = { color: "grape", icon: IconPlayerPauseFilled };
const absent: Look = { color: "gray", icon: IconCircleDashed };
const ended: Look = { color: "gray", icon: IconBan };
const silent: Look = { color: "orange", icon: IconPlugConnectedX };
const fading: Look = { color: "yellow", icon: IconClockHour4 };
const back: Look = { color: "orange", icon: IconArrowBackUp };

/** Every word for a state, each with a colour and a shape: who does not see the one sees the other. */
const looks: Readonly<Record<string, Look>> = {
  // health and sync
  Healthy: well,
  Synced: well,
  Progressing: moving,
  Degraded: broken,
  Missing: broken,
  Suspended: paused,
  Unknown: unknown,
  OutOfSync: warned,
  // clusters
  Connected: well,
  Pending: absent,
  Stale: fading,
  Offline: silent,
  Revoked: ended,
  Idle: { color: "gray", icon: IconCircleDotted },
  Maintenance: paused,
  // rollouts and their targets
  Running: moving,
  Paused: paused,
  Halted: broken,
  RollingBack: back,
  Completed: well,
  RolledBack: back,
  Superseded: ended,
  Aborted: ended,
  Waiting: { color: "gray", icon: IconClockHour4 },
  Unchanged: well,
  InFlight: moving,
  Succeeded: well,
  Failed: broken,
  Left: ended,
  Skipped: ended,
  // gates, promotions, drift, audit, messages
  Open: { color: "blue", icon: IconClockHour4 },
  Passed: well,
  Committed: { color: "gray", icon: IconCircleCheckFilled },
  Healed: well,
  Reported: warned,
  Ended: ended,
  Allowed: well,
  Refused: broken,
  Drifted: warned,
  Collecting: absent,
  Delivered: well,
  Dead: broken,
  // tokens
  Good: well,
  Expired: fading,
};

export const lookOf = (word: string): Look => looks[word] ?? unknown;
