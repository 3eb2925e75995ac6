import { type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { file_google_rpc_error_details, file_google_rpc_status, Health } from "@drover/proto/third-party";
import { ReflectionService } from "@grpc/reflection";

/** What clients such as grpcurl ask to learn the API from the server itself: its shape, which is public, and nothing of what it holds. */
export function createReflection(services: readonly DescService[]): ReflectionService {
  const described = [...services, Health];
  // Errors' details are packed into `Any`: a client that has not got them compiled in asks for them by name.
  const files = new Map<string, DescFile>();
  for (const file of [...described.map((service) => service.file), file_google_rpc_status, file_google_rpc_error_details])
    collect(file, files);
  const fileDescriptorProtos = [...files.values()].map(({ proto }) => Buffer.from(toBinary(FileDescriptorProtoSchema, proto)));
  // Of what a loader of .proto files would give, it reads the files and nothing else.
  const loaded = { "drover.v1": { fileDescriptorProtos } } as unknown as ConstructorParameters<typeof ReflectionService>[0];
  return new ReflectionService(loaded, { services: described.map(({ typeName }) => typeName) });
}

/** With everything that it imports. */
function collect(file: DescFile, files: Map<string, DescFile>): void {
  if (files.has(file.name)) return;
  files.set(file.name, file);
  for (const imported of file.dependencies) collect(imported, files);
}
