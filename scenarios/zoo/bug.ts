// What an entry of the zoo says about its bug.

import type { Scenario } from '../../sim/index.ts'

/** A published bug, as a small program that has it and, with the parameter `isFixed`, its twin that does not. */
export interface ZooBug {
  /** The name of its file: `faultline run zoo/NAME` runs it. */
  readonly name: string
  /** Who published it, and where. */
  readonly source: string
  /** The name of the invariant that the bug violates, and the twin never does. */
  readonly invariant: string
  /** It is found by one of the seeds from 1 to this. */
  readonly seedsMax: number
  /** By default with the bug; with `isFixed` set to true as published to be right. */
  readonly scenario: Scenario
}
