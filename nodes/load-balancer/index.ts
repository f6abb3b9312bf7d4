// A load balancer: ways to choose a back-end, and to tell which of them may be chosen.

export * from './balancing/index.ts'
export * from './health/index.ts'
