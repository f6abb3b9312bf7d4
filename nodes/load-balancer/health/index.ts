// Which back-ends may be chosen, and how much they count, as pure state machines.

export { HealthCheck, type HealthCheckOptions } from './health-check.ts'
export { OutlierEjection, type OutlierEjectionOptions } from './outlier-ejection.ts'
export { type SlowStartOptions, startingWeight } from './slow-start.ts'
