import type { Log } from "@drover/kit/node";

/**
 * Sends traces when an OTLP endpoint is configured (the standard OTEL_* variables). The SDK costs more memory than the rest of the
 * agent, so it is loaded only then, from beside the bundle; where it is missing the agent says so and goes on.
 */
export async function startTelemetry(env: Readonly<Record<string, string | undefined>>, log: Log): Promise<() => Promise<void>> {
  if (!env["OTEL_EXPORTER_OTLP_ENDPOINT"] && !env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]) return async () => {};
  try {
    const { NodeSDK } = await import("@opentelemetry/sdk-node");
    const sdk = new NodeSDK({ serviceName: env["OTEL_SERVICE_NAME"] ?? "drover-agent" });
    sdk.start();
    return () => sdk.shutdown();
  } catch (err) {
    log.warn({ err }, "traces are not sent: telemetry.mjs is not beside the agent");
    return async () => {};
  }
}
