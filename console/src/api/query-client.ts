import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { DroverError } from "@drover/kit";
import { tellFailure } from "./tell-failure.tsx";

/** What no event tells of, such as a clock that passed, is noticed by asking again. */
const askAgainMs = 15_000;
const maxRetries = 3;

/** Reads show their failures where they stand; what somebody ordered tells of it in a notification, unless `meta.isShown`. */
export function createQueries(signOut: (because: string) => void): QueryClient {
  const signOutWhenUnknown = (error: Error): boolean => {
    const unknown = error instanceof DroverError && error.kind === "unauthenticated";
    if (unknown) signOut(error.message);
    return unknown;
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error) => void signOutWhenUnknown(error) }),
    mutationCache: new MutationCache({
      onError: (error, _input, _context, { meta }) => void (signOutWhenUnknown(error) || meta?.["isShown"] === true || tellFailure(error)),
    }),
    defaultOptions: { queries: { refetchInterval: askAgainMs, retry: (failures, error) => failures < maxRetries && isPassing(error) } },
  });
}

const isPassing = (error: Error): boolean =>
  error instanceof DroverError && (error.kind === "unavailable" || error.kind === "timeout" || error.kind === "exhausted");
