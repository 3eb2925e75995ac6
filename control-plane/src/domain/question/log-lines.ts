/** How far a log has been told: the time of its newest line, and how many lines of that very time. */
export interface LogPosition {
  /** RFC 3339 in UTC with nine digits of the second, so that later is greater. */
  readonly at: string;
  readonly lines: number;
}

interface LogLines {
  /** The lines that end in this text, without those that were told before the position. */
  take(text: string): string;
  /** What stands behind the last line's end. */
  rest(): string;
  /** Undefined before the first line with a time. */
  reached(): LogPosition | undefined;
}

/** Longer lines are told in parts. */
const maxLineCharacters = 64 * 1024;
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) /;

/**
 * Reads a log in which Kubernetes wrote a time before each line. It can be asked for again since a second only, so the lines that were told
 * already come once more and are left out here. Lines without a time are what the kubelet itself says, and are told always.
 */
export function createLogLines(after: LogPosition | undefined, form: { readonly withTimes: boolean }): LogLines {
  let pending = "";
  let reached = after;
  let known = after;
  let left = after?.lines ?? 0;

  const wasTold = (at: string): boolean => {
    if (known === undefined) return false;
    if (at < known.at) return true;
    if (at > known.at) known = undefined;
    else if (left > 0) {
      left -= 1;
      return true;
    }
    return false;
  };

  const told = (line: string): string => {
    const [written, seconds = "", fraction = "", zone = ""] = stamp.exec(line) ?? [];
    if (written === undefined) return line;
    const at = `${new Date(`${seconds}${zone}`).toISOString().slice(0, 19)}.${fraction.padEnd(9, "0")}Z`;
    if (wasTold(at)) return "";
    // Two streams of one container may cross; going back would tell a line twice.
    if (reached === undefined || at > reached.at) reached = { at, lines: 1 };
    else if (at === reached.at) reached = { at, lines: reached.lines + 1 };
    return form.withTimes ? line : line.slice(written.length);
  };

  return {
    take(text) {
      pending += text;
      const end = pending.length > maxLineCharacters ? pending.length : pending.lastIndexOf("\n") + 1;
      const lines = pending.slice(0, end);
      pending = pending.slice(end);
      return lines === ""
        ? ""
        : lines
            .split(/(?<=\n)/)
            .map(told)
            .join("");
    },
    rest() {
      const last = pending;
      pending = "";
      return last === "" ? "" : told(last);
    },
    reached: () => reached,
  };
}
