// Faults as data: kinds, plans, profiles that draw them from a seed, triggers, and the driver that applies them.

export type { EventPattern, FieldMatch } from './pattern.ts'
export type * from './fault.ts'
