// Faults as data: kinds, plans, profiles that draw them from a seed, triggers, and the driver that applies them.

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
export type { EventPattern, FieldMatch } from './pattern.ts'
export type * from './fault.ts'
export { quorumOf } from './topology.ts'
export type { Link, NodeGroup, Topology } from './topology.ts'
