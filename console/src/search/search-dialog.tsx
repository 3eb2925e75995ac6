import "@mantine/spotlight/styles.layer.css";
import { Spotlight, createSpotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Hit } from "./hits-of.ts";
import { useHits } from "./use-hits.ts";

const [store, spotlight] = createSpotlight();

/** Everything that has a name and a page, from wherever one is. */
export function SearchDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const [query, setQuery] = useState("");
  const navigate = useNavigate();
  const { hits, said } = useHits(query);
  useEffect(() => (opened ? spotlight.open() : spotlight.close()), [opened]);
  const groups = [...Map.groupBy(hits, ({ group }) => group)];
  const go = ({ to }: Hit): void => void navigate({ to });
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      shortcut={null}
      attributes={{ content: { "aria-label": "Search" } }}
      scrollable
      maxHeight={420}
    >
      <Spotlight.Search
        aria-label="Search"
        placeholder="Cluster, application, environment, release, rollout…"
        leftSection={<IconSearch size={18} stroke={1.6} />}
      />
      <Spotlight.ActionsList>
        {groups.map(([group, found]) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {found.map((hit) => (
              <Spotlight.Action
                key={hit.id}
                label={hit.title}
                description={hit.detail ?? ""}
                onClick={() => go(hit)}
                className="from-server"
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {hits.length === 0 && <Spotlight.Empty>{said}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
