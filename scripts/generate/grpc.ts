import { routeTable } from "@drover/proto/rest";
import { operationOf, services, withoutMethod } from "../../control-plane/src/api/grpc/methods.ts";

/** docs/reference/grpc.md: every method beside the REST operation that it stands for. */
export const grpcReference = (): string => `# gRPC API

Generated from the services of \`proto/drover/v1\` and the [REST API](rest.md)'s table of operations. A method does what its operation does,
for the same callers; requests and responses have the same members, and the files say what each means. [How to call it](../guides/grpc.md).

${services.map(section).join("\n")}
## Not in gRPC

| operation | why |
| --- | --- |
${Object.entries(withoutMethod)
  .map(([operation, why]) => `| ${linked(operation)} | ${why} |`)
  .join("\n")}
`;

type Service = (typeof services)[number];

const section = ({ name, typeName, methods }: Service): string => `## ${name}

\`${typeName}\`

| method | operation | permission | |
| --- | --- | --- | --- |
${methods.map(row).join("\n")}
`;

function row(method: Service["methods"][number]): string {
  const operation = operationOf(method);
  const { permission, summary } = routeTable[operation];
  const stream = method.methodKind === "server_streaming" ? " (stream)" : "";
  return `| \`${method.name}\`${stream} | ${linked(operation)} | \`${permission}\` | ${summary} |`;
}

const linked = (operation: string): string => `[${operation}](rest.md#${operation.toLowerCase()})`;
