import { errors } from "undici";
import type { LogOptions } from "../../app/kube.ts";
import { type KubeClient, translate } from "./client.ts";
import { subresourcePath } from "./paths.ts";

/** The bytes of a container's log. A log that is followed and silent for 10 minutes ends. */
export async function* logs(
  client: KubeClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { container, follow = false, previous = false, timestamps = false, tailLines, sinceSeconds, sinceTime }: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const operation = `read the log of Pod ${namespace}/${name}`;
  const path = subresourcePath(namespace, "pods", name, "log", {
    container,
    follow: follow ? "true" : undefined,
    previous: previous ? "true" : undefined,
    tailLines: tailLines?.toString(),
    sinceSeconds: sinceSeconds?.toString(),
    sinceTime,
    timestamps: timestamps ? "true" : undefined,
  });
  try {
    yield* await client.stream({ operation, method: "GET", path, accept: "*/*" }, signal);
  } catch (cause) {
    if (signal.aborted || cause instanceof errors.BodyTimeoutError) return;
    throw translate(operation, cause, signal, false, 30_000);
  }
}
