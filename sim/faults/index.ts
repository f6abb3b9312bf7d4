// Faults as data: every kind of fault, plans as JSON and for people, profiles that draw plans from a seed under a
// recoverability budget, triggers, the driver that applies a plan to a running world, and buggify sites.

export type * from './fault.ts'
export type { EventPattern, FieldMatch } from './pattern.ts'
export { compilePattern, patternText } from './pattern.ts'
export { quorumOf } from './topology.ts'
export type { Link, NodeGroup, Topology } from './topology.ts'

// What faults need of the world, and what applies them.
export type {
  CrashManner,
  DiskControls,
  FaultHost,
  FaultOrigin,
  LinkDisturbance,
  NetworkControls,
  NodeControls,
  NodeState,
  Release,
  WorldControls,
} from './controls.ts'
export { FaultDriver } from './driver.ts'
export type { FaultDriverParts, FaultTally } from './driver.ts'
export type { ClocksAtHeal } from './node-faults.ts'
export { RecordedFaults } from './recorded-faults.ts'
export { Buggify } from './buggify.ts'
export type { BuggifyRatios, BuggifyTally } from './buggify.ts'

// Plans as JSON and for people.
export { parsePlan, planFaultsMax, readPlan, writePlan } from './plan.ts'
export { PlanError } from './plan-error.ts'
export { ruleProblems } from './kinds/rule-kind.ts'
export type { PlanProblem } from './plan-error.ts'
export { faultText, printPlan } from './print-plan.ts'
export { faultNodes } from './fault-nodes.ts'
export { faultTable } from './fault-table.ts'
export { faultKinds, isFaultKind } from './registry.ts'

export { parseDuration } from './duration-text.ts'

export { mutatePlan, type PlannedFault, type PlanMutation } from './mutate-plan.ts'

// How a plan is drawn.
export { drawPlan, profileNames } from './draw-plan.ts'
export type { DrawnPlan, DroppedFault, FaultSource, PlanDrawing } from './draw-plan.ts'
export type { WrittenFault } from './written-fault.ts'
export { brokenGroups } from './budget.ts'
export type { Refusal } from './budget.ts'
export { switchedOff } from './profiles/profile.ts'
export { concernedNodes } from './concerned-nodes.ts'
export { simplerFaults } from './simpler.ts'
export { aimedPlan } from './aimed-plan.ts'
export type { DrawContext, FaultProfile, FaultWindow } from './profiles/profile.ts'
export type { DrawnRange, RepeatingOptions } from './profiles/repeating.ts'
export { chaos } from './profiles/chaos.ts'
export type { ChaosOptions } from './profiles/chaos.ts'
export { clockDrifts, clockSlews, clockSteps } from './profiles/clock-profiles.ts'
export type { MomentOptions } from './profiles/clock-profiles.ts'
export {
  bitRot,
  diskErrors,
  fsyncFailures,
  fullDisks,
  misdirectedWrites,
  shortReads,
  slowDisks,
  stalledDisks,
} from './profiles/disk-profiles.ts'
export type { DiskOptions, DiskRatioOptions } from './profiles/disk-profiles.ts'
export {
  clogs,
  corruption,
  duplication,
  failingNames,
  holds,
  movingNames,
  narrowLinks,
  packetLoss,
  reordering,
  staleNames,
} from './profiles/link-profiles.ts'
export type { RatioOptions } from './profiles/link-profiles.ts'
export { crashes, pauses, restarts, slowCpu, tornWrites, upgrades } from './profiles/node-profiles.ts'
export type { CrashOptions, UpgradeOptions } from './profiles/node-profiles.ts'
export { partitions } from './profiles/partition-profile.ts'
export type { DrawnShape, PartitionOptions } from './profiles/partition-profile.ts'
