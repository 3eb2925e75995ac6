import type { DiffAnswer } from "./answers.ts";
import { Stack, Text } from "@mantine/core";
import { Suspense } from "react";
import { keyOf } from "./tree-rows.ts";
import { Loading } from "../page/loading.tsx";
import { latePart } from "../late/late-part.ts";

// What compares is large, and most often nothing differs.
const DiffView = latePart(async () => (await import("./diff-view.tsx")).DiffView);

/** Every object that differs, or that none does. */
export function Differences({ answer: { objects, compared, truncated } }: { readonly answer: DiffAnswer }) {
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" role="status">
        {objects.length === 0 ? "Nothing differs from git" : `${objects.length} of ${compared} differ from git`}
        {objects.length === 0 && compared > 0 ? `: ${compared} compared.` : "."}
        {truncated === true && " There are more than one answer holds."}
      </Text>
      {objects.map((difference) => (
        <section key={keyOf(difference)} aria-label={`${difference.kind} ${difference.name}`} className="from-server">
          <Text size="sm" fw={600} mb={4}>
            {difference.kind} {difference.namespace === undefined ? "" : `${difference.namespace}/`}
            {difference.name}
          </Text>
          <Suspense fallback={<Loading height={160} />}>
            <DiffView difference={difference} />
          </Suspense>
        </section>
      ))}
    </Stack>
  );
}
