import { Type, type Static } from "typebox";
import {
  Application as ApplicationForm,
  Environment as EnvironmentForm,
  Fleet as FleetForm,
  Freeze as FreezeForm,
  Project as ProjectForm,
  Strategy as StrategyForm,
} from "../fleet/schemas.ts";
import { HealthCounts } from "./cluster.ts";
import { listFields } from "./list-fields.ts";
import { Counter, Id, Name, Revision, RolloutPhase, Time, Trouble } from "./words.ts";

/** What every object that comes from the fleet repository carries. */
const inGit = {
  path: Type.String({ description: "its file in the fleet repository" }),
  commit: Type.String({ description: "the fleet commit that last changed it" }),
  version: Counter,
  createdAt: { ...Time, description: "when the fleet repository was first seen with it" } as typeof Time,
  updatedAt: Time,
  problem: Type.Optional(Trouble),
};

export const Application = Type.Object({ name: Name, project: Name, spec: ApplicationForm, ...inGit }, { $id: "Application" });
export type Application = Static<typeof Application>;

export const applicationFields = listFields(Application, {
  sorted: ["name", "project", "createdAt", "updatedAt"],
  filtered: ["path", "commit", "version", "problem"],
});

export const Environment = Type.Object(
  {
    name: Name,
    spec: EnvironmentForm,
    clusters: Type.Object({ total: Counter, connected: Counter }),
    applications: Type.Array(Name, { description: "placed here by a pin or by tracking" }),
    ...inGit,
  },
  { $id: "Environment" },
);
export type Environment = Static<typeof Environment>;

export const environmentFields = listFields(Environment, {
  sorted: ["name", "createdAt", "updatedAt"],
  filtered: ["applications", "path", "commit", "version", "problem"],
});

export const Strategy = Type.Object({ name: Name, spec: StrategyForm, ...inGit }, { $id: "Strategy" });
export type Strategy = Static<typeof Strategy>;

export const Project = Type.Object({ name: Name, spec: ProjectForm, ...inGit }, { $id: "Project" });
export type Project = Static<typeof Project>;

export const Freeze = Type.Object({ name: Name, spec: FreezeForm, ...inGit }, { $id: "Freeze" });
export type Freeze = Static<typeof Freeze>;

/** What drover.yaml says for the whole fleet. */
export const FleetSettings = Type.Object({ spec: FleetForm, ...inGit }, { $id: "FleetSettings" });
export type FleetSettings = Static<typeof FleetSettings>;

/** Of strategies, projects and freezes, which are their files. */
export const fleetFileFields = listFields(Strategy, {
  sorted: ["name", "createdAt", "updatedAt"],
  filtered: ["path", "commit", "version", "problem"],
});

/** One application in one environment: what git wants, and how far the clusters are. */
export const Placement = Type.Object(
  {
    application: Name,
    environment: Name,
    pin: Type.Optional(
      Type.Object({
        revision: Type.Optional(Revision),
        reason: Type.Optional(Type.String()),
        clusters: Type.Record(Type.String(), Type.Object({ revision: Revision, reason: Type.Optional(Type.String()) })),
      }),
    ),
    head: Type.Optional(Type.String({ description: "newest commit of the source's ref" })),
    revision: Type.Optional(Type.String({ description: "wanted now: the pin's, or the head where the environment tracks it" })),
    release: Type.Optional(Type.Object({ id: Id, name: Type.String() })),
    problem: Type.Optional({ ...Trouble, description: "why what git wants is not carried out" } as typeof Trouble),
    sourceProblem: Type.Optional({ ...Trouble, description: "why the source cannot be read: its head may have moved" } as typeof Trouble),
    rollout: Type.Optional(Type.Object({ id: Id, phase: RolloutPhase })),
    summary: Type.Object({
      clusters: Counter,
      current: Type.Integer({ minimum: 0, description: "clusters whose assignment is the wanted revision" }),
      proven: Type.Integer({ minimum: 0, description: "clusters that reported exactly their assignment Synced and Healthy" }),
      drifted: Type.Integer({ minimum: 0, description: "clusters with objects that differ from git now" }),
      health: HealthCounts,
    }),
    updatedAt: Type.Optional(Time),
  },
  { $id: "Placement" },
);
export type Placement = Static<typeof Placement>;

export const placementFields = listFields(Placement, {
  sorted: ["environment", "application", "updatedAt"],
  filtered: ["revision", "head", "problem"],
});

/**
 * What git says and is not so: a file that is not in force as it stands, whose last valid form still is; a placement whose revision cannot be used;
 * a source that cannot be read.
 */
export const FleetProblem = Type.Object(
  {
    kind: Type.String({ description: "the file's, Placement or Source" }),
    name: Type.String({ description: "the object's, <environment>/<application> or <application>@<ref>" }),
    path: Type.String({ description: "the file that asks for it" }),
    problem: Trouble,
  },
  { $id: "FleetProblem" },
);
export type FleetProblem = Static<typeof FleetProblem>;

export const fleetProblemFields = listFields(FleetProblem, { sorted: ["path", "kind", "name"], filtered: ["problem"] });
