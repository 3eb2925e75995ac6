import type { ApiToken } from "@drover/proto/rest";
import { useDisclosure } from "@mantine/hooks";
import { Suspense, useState } from "react";
import { PermittedButton } from "../change/permitted-button.tsx";
import { Asked } from "../page/asked.tsx";
import { Page } from "../page/page.tsx";
import { useTokens } from "../queries/tokens.ts";
import { DataTable } from "../table/data-table.tsx";
import { RevokeToken } from "./revoke-token.tsx";
import { tokenColumns } from "./token-columns.tsx";
import { latePart } from "../late/late-part.ts";

const NewToken = latePart(async () => (await import("./new-token.tsx")).NewToken);

const wish = { permission: "token.manage" } as const;

/** Who may use the API, and for how long. Secrets are not here: they are shown once, when they are made. */
export function TokensPage() {
  const [making, make] = useDisclosure();
  const [revoking, setRevoking] = useState<ApiToken>();
  return (
    <Page
      title="Tokens"
      about="What people, pipelines and this console sign in with."
      fill
      actions={
        <PermittedButton wish={wish} onClick={make.open}>
          New token
        </PermittedButton>
      }
    >
      <Asked of={useTokens()} height="100%">
        {({ items }) => (
          <DataTable
            label="Tokens"
            columns={tokenColumns(setRevoking)}
            rows={items}
            keyOf={({ id }) => id}
            empty="There is no token that you may see. Make one here, or by: drover token create SUBJECT --role viewer"
          />
        )}
      </Asked>
      <Suspense fallback={null}>{making && <NewToken onClose={make.close} />}</Suspense>
      {revoking !== undefined && <RevokeToken token={revoking} onClose={() => setRevoking(undefined)} />}
    </Page>
  );
}
