import { Ago } from "../page/ago.tsx";

export const orderHeads = ["By", "Reason", "When"] as const;

interface OrderCellsProps {
  readonly order: { readonly actor: string; readonly reason: string; readonly createdAt: string };
}

/** The end of a row that tells of something somebody ordered: who, why and when. */
export function OrderCells({ order: { actor, reason, createdAt } }: OrderCellsProps) {
  return (
    <>
      <ActorCell actor={actor} />
      <td>{reason}</td>
      <td>
        <Ago time={createdAt} />
      </td>
    </>
  );
}

/** Who did it, in one line: names from an identity provider may be long. */
export const ActorCell = ({ actor }: { readonly actor: string | undefined }) => (
  <td className="one-line" title={actor}>
    {actor}
  </td>
);
