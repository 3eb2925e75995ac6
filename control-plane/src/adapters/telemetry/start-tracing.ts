import { createRequire } from "node:module";

/**
 * Starts the OpenTelemetry SDK when an OTLP endpoint is configured (the standard OTEL_* variables), and answers how to flush
 * and stop it. Loaded lazily: without an endpoint it costs neither time nor memory.
 */
export async function startTracing(env: Readonly<Record<string, string | undefined>>): Promise<() => Promise<void>> {
  if (!env["OTEL_EXPORTER_OTLP_ENDPOINT"] && !env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]) return async () => {};
  const [{ NodeSDK }, { HttpInstrumentation }, { UndiciInstrumentation }] = await Promise.all([
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/instrumentation-http"),
    import("@opentelemetry/instrumentation-undici"),
  ]);
  const probes = /^\/(livez|readyz|healthz|metrics)/;
  const sdk = new NodeSDK({
    serviceName: env["OTEL_SERVICE_NAME"] ?? "drover-control-plane",
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: (request) => probes.test(request.url ?? "") }),
      new UndiciInstrumentation(),
    ],
  });
  sdk.start();
  // Instrumentations look at modules when they are required; the servers were imported long before. Asking again patches them in place.
  const require = createRequire(import.meta.url);
  for (const name of ["node:http", "node:https"]) require(name);
  return () => sdk.shutdown();
}
