import { defaultProject, type FleetForms } from "@drover/proto/fleet";
import { type Place, placeKey } from "../fleet/affected.ts";
import type { FleetChange, ProjectedFile } from "../fleet/project-commit.ts";

/** Keys of the queue `promotion`: places that a rule leads to and that a change may concern. Rather one too many. */
export function affectedPromotions(after: readonly ProjectedFile[], changes: readonly FleetChange[]): readonly string[] {
  const projects = after.filter(({ kind, form }) => kind === "Project" && (form as FleetForms["Project"] | undefined)?.autoPromotion);
  if (projects.length === 0 || changes.length === 0) return [];
  const applications = after.filter(({ kind }) => kind === "Application");
  const places = projects.flatMap((project) => placesOf(project, applications));
  return places.filter((place) => changes.some((change) => concerns(change, place))).map(placeKey);
}

interface FollowingPlace extends Place {
  readonly project: string;
}

function placesOf(project: ProjectedFile, applications: readonly ProjectedFile[]): readonly FollowingPlace[] {
  const { autoPromotion = [] } = project.form as FleetForms["Project"];
  const names = applications.filter(({ form }) => projectOf(form) === project.name).map(({ name }) => name);
  return autoPromotion.flatMap(({ to, applications: only }) =>
    names
      .filter((name) => only === undefined || only.includes(name))
      .map((application) => ({ application, environment: to, project: project.name })),
  );
}

const projectOf = (form: ProjectedFile["form"]): string => (form as FleetForms["Application"] | undefined)?.project ?? defaultProject;

function concerns({ kind, name }: FleetChange, { project, environment, application }: FollowingPlace): boolean {
  switch (kind) {
    case "Project":
      return name === project;
    case "Environment":
      return name === environment;
    case "Pin":
    case "ApplicationRemoval":
      return name === `${environment}/${application}`;
    case "Application":
    case "Quarantine":
      return name === application;
    case "Freeze":
      return true;
    case "Fleet":
    case "Strategy":
    case "Cluster":
    case "ClusterRemoval":
    case "Notification":
      return false;
  }
}
