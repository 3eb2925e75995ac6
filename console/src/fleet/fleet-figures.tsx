import { Card, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Asked } from "../page/asked.tsx";
import { useFleetSummary } from "../queries/fleet.ts";
import { Status } from "../words/status.tsx";
import { type Figure, figuresOf } from "./figures.ts";
import classes from "./fleet.module.css";

export function FleetFigures() {
  return (
    <Asked of={useFleetSummary()} height={86}>
      {(summary) => (
        <Card withBorder className={classes["figures"]}>
          {figuresOf(summary).map((figure) => (
            <FigureBox key={figure.label} figure={figure} />
          ))}
        </Card>
      )}
    </Asked>
  );
}

function FigureBox({ figure: { label, number, about, meaning, word, standing } }: { readonly figure: Figure }) {
  const said = (
    <>
      <Text size="xs" c="dimmed" component="div" className={classes["label"]}>
        {word !== undefined && number > 0 ? <Status word={word}>{label}</Status> : label}
      </Text>
      <div className={classes["number"]}>{number.toLocaleString()}</div>
      <Text size="xs" c="dimmed" title={meaning}>
        {about}
      </Text>
    </>
  );
  if (label !== "Clusters" && standing === undefined) return <div className={classes["figure"]}>{said}</div>;
  return (
    <Link to="/clusters" search={standing === undefined ? {} : { standing }} className={classes["figure"]}>
      {said}
    </Link>
  );
}
