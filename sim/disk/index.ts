// The simulated disk: files, fsync, what a crash leaves behind, and what can go wrong.

export { SimulatedDisk } from './simulated-disk.ts'
export { recordedDisk } from './recorded-disk.ts'
export type { CrashOutcome } from './content-crash.ts'
export type { DiskFaultOrigin } from './active-faults.ts'
export { formatState } from './disk-state.ts'
export type { DiskState } from './disk-state.ts'
export type { DiskView } from './node.ts'
export { diskProfileProblems, diskProfiles, hdd, instant, ssd } from './profile.ts'
export type { DiskLatency, DiskProfile, DiskService } from './profile.ts'
export { crashStates } from './crash-states.ts'
export type { CrashStatesOptions } from './crash-states.ts'
export type { DiskStep } from './crash-model.ts'
export type {
  BitRotFault,
  DiskFault,
  DiskFaultAim,
  DiskFaultKind,
  DiskFaultOf,
  DiskFullFault,
  DiskReadErrorFault,
  DiskSlowFault,
  DiskStallFault,
  DiskWriteErrorFault,
  FsyncFailureFault,
  MisdirectedWriteFault,
  ShortReadFault,
} from './fault.ts'
export { formatPath, parsePath } from './path.ts'
