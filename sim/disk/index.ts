// The simulated disk: files, fsync, what a crash leaves behind, and what can go wrong.

export { diskFaultKinds } from './fault.ts'
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
