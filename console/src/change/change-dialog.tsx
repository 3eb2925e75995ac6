import { Suspense, lazy } from "react";
import type { ChangeDialogProps } from "./change-form.tsx";

// Nobody changes anything before they have seen the page.
const ChangeForm = lazy(async () => ({ default: (await import("./change-form.tsx")).ChangeForm }));

/** Says what will happen, asks why, and does it once. */
export function ChangeDialog(props: ChangeDialogProps) {
  return (
    <Suspense fallback={null}>
      <ChangeForm {...props} />
    </Suspense>
  );
}
