import { problemMediaType, type Route } from "@drover/proto/rest";

/** What each status of an error means here. Every one is a Problem; its `code` says more. */
const meanings = {
  400: "the request has another shape than this operation's",
  401: "no API token, or one that does not count",
  403: "the token may not do this",
  404: "there is no such object",
  409: "what is there does not allow it, or an earlier request with this Idempotency-Key still runs",
  412: "the object has changed since it was read",
  413: "the body is larger than 1 MB",
  415: "the body is no application/json",
  428: "If-Match is missing",
  429: "too many requests, failures or streams; come back as Retry-After says",
  503: "a part of the server cannot be reached now; come back as Retry-After says",
} as const;

type ErrorStatus = keyof typeof meanings;

function statusesOf(route: Route): readonly ErrorStatus[] {
  const changes = route.method !== "GET";
  return [
    400,
    ...(route.permission === "public" && !changes ? [] : ([401, 403, 429] as const)),
    ...(route.params === undefined && !changes ? [] : ([404] as const)),
    ...(changes ? ([409, 412] as const) : []),
    ...(route.body === undefined ? [] : ([413, 415] as const)),
    ...(route.versioned === true && changes ? ([428] as const) : []),
    503,
  ];
}

export const errorResponses = (): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(meanings).map(([status, description]) => [
      `Error${status}`,
      {
        description,
        ...(retries.has(status) ? { headers: { "Retry-After": { description: "seconds", schema: { type: "integer", minimum: 1 } } } } : {}),
        content: { [problemMediaType]: { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    ]),
  );

const retries = new Set(["429", "503"]);

/** The errors that an operation answers by design. What else goes wrong is a Problem too. */
export const errorsOf = (route: Route): Record<string, unknown> => ({
  ...Object.fromEntries(statusesOf(route).map((status) => [status, { $ref: `#/components/responses/Error${status}` }])),
  default: { description: "an error", content: { [problemMediaType]: { schema: { $ref: "#/components/schemas/Problem" } } } },
});
