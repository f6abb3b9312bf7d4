// Exhaustive search of small worlds.

export { exhaust, type ExhaustOptions } from './exhaust.ts'
export type { ExhaustBounds, ExhaustResult, ExhaustVerdict, PathStep } from './exhaust-result.ts'
export type { ExhaustProgress } from './search.ts'
export { type Step, type TimerName, timerText } from './step.ts'
