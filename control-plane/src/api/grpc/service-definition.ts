import { create, type DescMessage, type DescMethod, type DescService, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { readableMessage, type ReceivedMessage, receiveMessage } from "./request-message.ts";

/** grpc-js's definition of a service, from what protobuf-es generated for it. */
export const serviceDefinition = (service: DescService): ServiceDefinition =>
  Object.fromEntries(service.methods.map((method) => [method.localName, methodDefinition(service, method)]));

function methodDefinition(service: DescService, method: DescMethod): MethodDefinition<ReceivedMessage, Message> {
  return {
    path: `/${service.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: (request) => serialized(method.input, readableMessage(request)),
    requestDeserialize: (bytes) => receiveMessage(method.input, bytes),
    responseSerialize: (answer) => serialized(method.output, answer),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

const serialized = (message: DescMessage, value: Message): Buffer =>
  Buffer.from(toBinary(message, value.$typeName === undefined ? create(message, value) : value));
