import { useParams } from "@tanstack/react-router";
import { Asked } from "../page/asked.tsx";
import { NotFoundPage } from "../page/not-found-page.tsx";
import { Page } from "../page/page.tsx";
import { Editor } from "./editor.tsx";
import { collectionOf, type Edited, editableKinds } from "./kinds.ts";
import { useFile } from "./queries.ts";
import { startingText } from "./starting-text.ts";

/** One file of the fleet repository, as text. Saving it is a commit. */
export function EditPage() {
  const { collection: text, name } = useParams({ from: "/fleet/$collection/$name" });
  const collection = collectionOf(text);
  if (collection === undefined) return <NotFoundPage />;
  return <EditExisting key={`${collection}/${name}`} collection={collection} kind={editableKinds[collection]} name={name} />;
}

/** What holds for the whole fleet. */
export const SettingsPage = () => <EditExisting collection="settings" kind="Fleet" name="drover.yaml" />;

interface EditExistingProps {
  readonly collection: Edited;
  readonly kind: string;
  readonly name: string;
}

function EditExisting({ collection, kind, name }: EditExistingProps) {
  const file = useFile(collection, name);
  return (
    <Page title={name} within={[{ label: "Fleet files", to: "/fleet" }]} about={file.data && `${kind} · ${file.data.path}`}>
      <Asked of={file} height={480}>
        {(found) => <Editor key={found.version} collection={collection} file={found} onReread={() => void file.refetch()} />}
      </Asked>
    </Page>
  );
}

/** A file that is not there yet. */
export function NewFilePage() {
  const { collection: text } = useParams({ from: "/fleet/$collection" });
  const collection = collectionOf(text);
  if (collection === undefined) return <NotFoundPage />;
  return (
    <Page title={`New ${editableKinds[collection].toLowerCase()}`} within={[{ label: "Fleet files", to: "/fleet" }]}>
      <Editor key={collection} collection={collection} file={undefined} begin={startingText[collection]} onReread={() => undefined} />
    </Page>
  );
}
