import type { DescService, Message } from "@bufbuild/protobuf";
import { PromotionService, RestrictionService, RolloutService } from "@drover/proto/grpc";
import { type Client, credentials, makeGenericClientConstructor, Metadata, type ServiceError } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import { createAdmit } from "../admit.ts";
import { type FakeApi, fakeApi } from "../api-deps.fixture.ts";
import { createAuthenticate } from "../authenticate.ts";
import { createFailedAttempts } from "../failed-attempts.ts";
import { createGrpcServer, type GrpcServerOptions } from "./server.ts";
import { serviceDefinition } from "./service-definition.ts";

/** A server over the fixture's dependencies, and clients of it. Both end with the test. */
export async function serve(api: FakeApi = fakeApi(), options: Pick<GrpcServerOptions, "trusts"> = {}) {
  const { tokens, clock } = api.deps;
  const admit = createAdmit(api.deps, createAuthenticate({ tokens, failures: createFailedAttempts(clock) }));
  const grpc = createGrpcServer(api.deps, { ...options, admit });
  const port = await grpc.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => grpc.close());
  const connect = (service: DescService): Client => connectTo(service, `127.0.0.1:${port}`);
  const [promotions, rollouts, restrictions] = [connect(PromotionService), connect(RolloutService), connect(RestrictionService)];
  return { grpc, port, connect, promotions, rollouts, restrictions };
}

/** Over TLS where an authority is given. Ends with the test. */
export function connectTo(service: DescService, address: string, ca?: Buffer): Client {
  const create = makeGenericClientConstructor(serviceDefinition(service), service.name);
  const client = new create(address, ca === undefined ? credentials.createInsecure() : credentials.createSsl(ca));
  onTestFinished(() => client.close());
  return client;
}

export const metadata = (token: string | undefined, more: Readonly<Record<string, string>> = {}): Metadata => {
  const all = new Metadata();
  for (const [name, value] of Object.entries({ ...(token && { authorization: `Bearer ${token}` }), ...more })) all.set(name, value);
  return all;
};

type Call = (request: object, metadata: Metadata, options: object, done: (error: ServiceError | null, answer?: Message) => void) => void;

export const call = (client: Client, method: string, request: object, token: string | undefined = "admin", more = {}, options = {}) =>
  new Promise<Record<string, unknown>>((resolve, reject) => {
    const run = (client as unknown as Record<string, Call>)[method] as Call;
    run.call(client, request, metadata(token, more), options, (error, answer) =>
      error === null ? resolve(answer as unknown as Record<string, unknown>) : reject(error),
    );
  });

/** How the work failed; undefined when it did not. */
export const failure = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown as ServiceError,
  );
  if (error === undefined) return undefined;
  return { code: error.code, errorCode: error.metadata.get("error-code")[0], requestId: error.metadata.get("request-id")[0] };
};
