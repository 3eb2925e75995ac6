import { DroverError } from "@drover/kit";
import { Alert, List } from "@mantine/core";

interface FieldProblem {
  readonly pointer: string;
  readonly message: string;
}

/** Why the server refused, by its code, with what it says of single fields. */
export function ChangeError({ error, explanation }: { readonly error: Error | null; readonly explanation?: string | undefined }) {
  if (error === null) return null;
  const code = error instanceof DroverError ? error.code : "failed";
  const problems = error instanceof DroverError ? ((error.details?.["errors"] as readonly FieldProblem[] | undefined) ?? []) : [];
  return (
    <Alert color="red" title={code} role="alert" className="from-server">
      {explanation ?? error.message}
      {problems.length > 0 && (
        <List size="sm" mt="xs">
          {problems.map(({ pointer, message }) => (
            <List.Item key={`${pointer} ${message}`}>
              {pointer} {message}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
