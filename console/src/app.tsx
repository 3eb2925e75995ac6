import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { DroverError } from "@drover/kit";
import { useMemo, useState } from "react";
import { ApiContext, createApi } from "./api.ts";
import { FleetPage } from "./fleet/fleet-page.tsx";
import { forgetToken, keepToken, storedToken } from "./session.ts";
import { SignIn } from "./sign-in.tsx";

/** Who is signed in decides everything: another token is another client, another cache and another watch. */
export function App() {
  const [token, setToken] = useState(storedToken);
  const [goodbye, setGoodbye] = useState<string>();

  const signIn = (accepted: string): void => {
    keepToken(accepted);
    setGoodbye(undefined);
    setToken(accepted);
  };
  const signOut = (because?: string): void => {
    forgetToken();
    setGoodbye(because);
    setToken(undefined);
  };
  return token === undefined ? <SignIn notice={goodbye} onToken={signIn} /> : <SignedIn key={token} token={token} signOut={signOut} />;
}

function SignedIn({ token, signOut }: { readonly token: string; readonly signOut: (because?: string) => void }) {
  const api = useMemo(() => createApi(token, signOut), [token]);
  const queries = useMemo(() => createQueries(signOut), [token]);
  return (
    <ApiContext value={api}>
      <QueryClientProvider client={queries}>
        <FleetPage />
      </QueryClientProvider>
    </ApiContext>
  );
}

/** Silence is no event: a cluster that goes Stale or Offline is noticed by asking again. */
const askAgainMs = 15_000;
const maxRetries = 3;

function createQueries(signOut: (because: string) => void): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof DroverError && error.kind === "unauthenticated") signOut(error.message);
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    defaultOptions: { queries: { refetchInterval: askAgainMs, retry: (failures, error) => failures < maxRetries && isPassing(error) } },
  });
}

const isPassing = (error: Error): boolean =>
  error instanceof DroverError && (error.kind === "unavailable" || error.kind === "timeout" || error.kind === "exhausted");
