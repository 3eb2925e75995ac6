import { create, type DescMessage, type DescMethod, type DescService, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";

/** grpc-js's definition of a service, from what protobuf-es generated for it. */
export const serviceDefinition = (service: DescService): ServiceDefinition =>
  Object.fromEntries(service.methods.map((method) => [method.localName, methodDefinition(service, method)]));

function methodDefinition(service: DescService, method: DescMethod): MethodDefinition<Message, Message> {
  const [input, output] = [codec(method.input), codec(method.output)];
  return {
    path: `/${service.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: input.serialize,
    requestDeserialize: input.deserialize,
    responseSerialize: output.serialize,
    responseDeserialize: output.deserialize,
  };
}

const codec = (message: DescMessage) => ({
  serialize: (value: Message): Buffer => Buffer.from(toBinary(message, value.$typeName === undefined ? create(message, value) : value)),
  deserialize: (bytes: Buffer): Message => fromBinary(message, bytes),
});
