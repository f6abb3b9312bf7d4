// The simulated machine: processes, clock, CPU.

export { type CrashDisk, Machine, type MachineSpec, type MachineWorld, type NodeState } from './machine.ts'
export type { DeviceHost, ProcessPort, RecordedPort, Scheduled } from './port.ts'
export { type PendingStep, pendingStep } from './pending-step.ts'
export { type EndOf, IncarnationOver, Process, type ProcessTimer } from './process.ts'
export { type EnvDevices, SimEnv } from './sim-env.ts'
export { MachineControls } from './machine-controls.ts'
export type { Waiting } from './inbox.ts'
export { describeThrown, type ThrownText } from './thrown.ts'
export { wholeWait } from './whole-wait.ts'
