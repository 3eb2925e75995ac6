import { type Client, type ClientOptions, createClient } from "@drover/proto/rest";
import { createContext, use } from "react";

export interface Api {
  readonly options: ClientOptions;
  readonly client: Client;
  readonly signOut: (because?: string) => void;
}

export const ApiContext = createContext<Api | undefined>(undefined);

/** The control plane that served this page. */
export const optionsFor = (token: string): ClientOptions => ({ baseUrl: location.origin, token });

export function createApi(token: string, signOut: Api["signOut"]): Api {
  const options = optionsFor(token);
  return { options, client: createClient(options), signOut };
}

export function useApi(): Api {
  const api = use(ApiContext);
  if (api === undefined) throw new Error("a part of the page that needs the API stands outside of ApiContext");
  return api;
}
