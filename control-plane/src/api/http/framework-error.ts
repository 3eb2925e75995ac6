import { DroverError } from "@drover/kit";

interface FrameworkError {
  /** Of a refusal that only the framework knows; the error's own when absent. */
  readonly status?: number;
  readonly error: DroverError;
}

/** What Fastify throws before a handler runs, as ours. Undefined for everything else. */
export function fromFramework(thrown: Error): FrameworkError | undefined {
  if (thrown instanceof DroverError) return undefined;
  const { code, statusCode = 500 } = thrown as { code?: unknown; statusCode?: number };
  const invalid = (ours: string, message: string, status?: number): FrameworkError => ({
    ...(status !== undefined && { status }),
    error: new DroverError("invalid", ours, message, { cause: thrown }),
  });
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return invalid("REQUEST_TOO_LARGE", "the body is larger than 1 MB");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
    case "FST_ERR_ROUTE_MISSING_CONTENT_TYPE":
      return invalid("REQUEST_MEDIA_TYPE", "the body must be application/json");
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return invalid("REQUEST_INVALID", "the body is shorter or longer than its Content-Length");
    case "FST_ERR_BAD_URL":
    case "FST_ERR_MAX_PARAM_LENGTH":
      return invalid("REQUEST_INVALID", "the path is not well-formed");
    default:
      return isOfFastify(code) && statusCode >= 400 && statusCode < 500
        ? invalid("REQUEST_INVALID", "the request is not well-formed", statusCode)
        : undefined;
  }
}

const isOfFastify = (code: unknown): boolean => typeof code === "string" && code.startsWith("FST_ERR_");
