import type { Log } from "@drover/kit/node";

/** The part of @opentelemetry/sdk-node that we use. */
interface Sdk {
  readonly NodeSDK: new (options: { readonly serviceName: string }) => { start(): void; shutdown(): Promise<void> };
}

/**
 * Sends traces when an OTLP endpoint is configured. The SDK costs more memory than the rest of the agent, so it is no
 * dependency: it is loaded only then, from beside the bundle, and where it is missing the agent says so and goes on.
 */
export async function startTelemetry(endpoint: string | undefined, log: Log): Promise<() => Promise<void>> {
  if (endpoint === undefined) return async () => {};
  const name = "@opentelemetry/sdk-node"; // a variable, so that neither bundler nor compiler looks for it
  try {
    const { NodeSDK } = (await import(name)) as Sdk;
    const sdk = new NodeSDK({ serviceName: "drover-agent" });
    sdk.start();
    return () => sdk.shutdown();
  } catch (err) {
    log.warn({ err }, "traces are not sent: @opentelemetry/sdk-node is not installed beside the agent");
    return async () => {};
  }
}
