import type { ApplicationStatus } from "@drover/proto/rest";
import { Stack, Text } from "@mantine/core";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { TroubleText } from "../words/trouble-text.tsx";
import { sharedTroubles, troubleInWords } from "../words/troubles.ts";

const shownTroubles = 3;
const shownClusters = 3;

interface TroublesHereProps {
  readonly application: string;
  readonly statuses: readonly ApplicationStatus[];
}

/** Which objects fail in a place, why, and on which clusters. */
export function TroublesHere({ application, statuses }: TroublesHereProps) {
  const troubles = sharedTroubles(statuses);
  const left = troubles.length - shownTroubles;
  return (
    <Stack gap={6} component="ul" p={0} m={0} aria-label="What fails" style={{ listStyle: "none" }}>
      {troubles.slice(0, shownTroubles).map((trouble) => (
        <Text key={troubleInWords(trouble)} component="li" size="sm" style={{ overflowWrap: "anywhere" }}>
          <TroubleText trouble={trouble} />{" "}
          <Text span inherit c="dimmed">
            on{" "}
            {trouble.clusters.slice(0, shownClusters).map((cluster, index) => (
              <span key={cluster}>
                {index > 0 && ", "}
                <PageLink to={paths.live(cluster, application)} td="underline">
                  {cluster}
                </PageLink>
              </span>
            ))}
            {trouble.clusters.length > shownClusters && ` and ${trouble.clusters.length - shownClusters} more`}
          </Text>
        </Text>
      ))}
      {left > 0 && (
        <Text component="li" size="sm" c="dimmed">
          and {left} more
        </Text>
      )}
    </Stack>
  );
}
