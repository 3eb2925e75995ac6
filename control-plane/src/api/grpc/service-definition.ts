import { create, type DescMessage, type DescMethod, type DescService, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";

/** grpc-js's definition of a service, from what protobuf-es generated for it. Requests are handed on as bytes: who asks comes first. */
export const serviceDefinition = (service: DescService): ServiceDefinition =>
  Object.fromEntries(service.methods.map((method) => [method.localName, methodDefinition(service, method)]));

function methodDefinition(service: DescService, method: DescMethod): MethodDefinition<Message | Buffer, Message> {
  return {
    path: `/${service.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: (request) => (Buffer.isBuffer(request) ? request : serialized(method.input, request)),
    requestDeserialize: (bytes) => bytes,
    responseSerialize: (answer) => serialized(method.output, answer),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

const serialized = (message: DescMessage, value: Message): Buffer =>
  Buffer.from(toBinary(message, value.$typeName === undefined ? create(message, value) : value));
