import { useNavigate } from "@tanstack/react-router";
import { PermittedButton } from "../change/permitted-button.tsx";
import { type Collection, editableKinds } from "./kinds.ts";

/** Leads to the editor of a file that is not there yet. */
export function NewFile({ collection }: { readonly collection: Collection }) {
  const navigate = useNavigate();
  return (
    <PermittedButton
      wish={{ permission: "fleet.edit" }}
      onClick={() => void navigate({ to: "/fleet/$collection", params: { collection } })}
    >
      {`New ${editableKinds[collection].toLowerCase()}`}
    </PermittedButton>
  );
}
