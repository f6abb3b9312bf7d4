// The simulated machine: processes, clock, CPU.

export type { DeviceHost, ProcessPort, Scheduled } from './port.ts'
