import { NextStep } from "../page/next-step.tsx";

export const FirstCluster = () => (
  <NextStep
    text="There is no cluster yet. This registers one, and answers how to start its agent:"
    command="drover cluster add NAME --label environment=staging"
  />
);
