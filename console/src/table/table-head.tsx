import { VisuallyHidden } from "@mantine/core";

interface TableHeadProps {
  readonly heads: readonly string[];
  /** Whether each row ends with what can be done to it. */
  readonly hasActions?: boolean;
}

/** The row of column heads of a plain table. */
export function TableHead({ heads, hasActions = false }: TableHeadProps) {
  return (
    <thead>
      <tr>
        {heads.map((head) => (
          <th key={head}>{head}</th>
        ))}
        {hasActions && (
          <th>
            <VisuallyHidden>Actions</VisuallyHidden>
          </th>
        )}
      </tr>
    </thead>
  );
}
