import { Suspense } from "react";
import type { ChangeDialogProps } from "./change-form.tsx";
import { latePart } from "../late/late-part.ts";

// Nobody changes anything before they have seen the page.
const ChangeForm = latePart(async () => (await import("./change-form.tsx")).ChangeForm);

/** Says what will happen, asks why, and does it once. */
export function ChangeDialog(props: ChangeDialogProps) {
  return (
    <Suspense fallback={null}>
      <ChangeForm {...props} />
    </Suspense>
  );
}
