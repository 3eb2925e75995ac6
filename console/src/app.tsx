import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Suspense, useMemo, useState } from "react";
import { ApiContext, createApi } from "./api/api.ts";
import { createQueries } from "./api/query-client.ts";
import { forgetToken, keepToken, storedToken } from "./api/session.ts";
import { router } from "./router.tsx";
import { latePart } from "./late/late-part.ts";

const SignIn = latePart(async () => (await import("./sign-in.tsx")).SignIn);

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
  if (token !== undefined) return <SignedIn key={token} token={token} signOut={signOut} />;
  return (
    <Suspense fallback={null}>
      <SignIn notice={goodbye} onToken={signIn} />
    </Suspense>
  );
}

function SignedIn({ token, signOut }: { readonly token: string; readonly signOut: (because?: string) => void }) {
  const api = useMemo(() => createApi(token, signOut), [token]);
  const queries = useMemo(() => createQueries(signOut), [token]);
  return (
    <ApiContext value={api}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ApiContext>
  );
}
