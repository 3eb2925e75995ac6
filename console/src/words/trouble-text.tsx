import { Code } from "@mantine/core";
import type { Trouble } from "./troubles.ts";

export function TroubleText({ trouble: { subject, reason, message } }: { readonly trouble: Trouble }) {
  return (
    <>
      {subject !== undefined && <Code>{subject}</Code>} {reason}
      {message !== "" && `: ${message}`}
    </>
  );
}
