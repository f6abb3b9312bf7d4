// Everything at once.

import { clockDrifts, clockSlews, clockSteps } from './clock-profiles.ts'
import {
  bitRot,
  diskErrors,
  fsyncFailures,
  fullDisks,
  misdirectedWrites,
  shortReads,
  slowDisks,
  stalledDisks,
} from './disk-profiles.ts'
import {
  clogs,
  corruption,
  duplication,
  failingNames,
  holds,
  movingNames,
  narrowLinks,
  packetLoss,
  reordering,
  staleNames,
} from './link-profiles.ts'
import { crashes, pauses, restarts, slowCpu, tornWrites, upgrades } from './node-profiles.ts'
import { partitions } from './partition-profile.ts'
import { checkOptions, groupNames } from './options.ts'
import type { FaultProfile } from './profile.ts'
import { type Field, numberBetween } from '../field.ts'
import { PlanProblems } from '../plan-error.ts'
import { scale, seconds, type Duration } from '../../time.ts'

/** What `chaos` can be told. */
export interface ChaosOptions {
  /** How often things go wrong: 1 is a fault every second or so of a run, 2 twice as many; above 0, at most 1,000. */
  readonly intensity?: number
  /** The groups whose nodes are hurt; by default all nodes. */
  readonly of?: string | readonly string[]
  /** The names of profiles that are left out. */
  readonly without?: readonly string[]
}

type Part = (options: { readonly every?: Duration; readonly of?: string | readonly string[] }) => FaultProfile

/** The parts of chaos, each with the mean time between its faults at intensity 1. */
const parts: readonly (readonly [every: Duration, part: Part])[] = [
  [seconds(12), partitions],
  [seconds(15), crashes],
  [seconds(20), tornWrites],
  [seconds(30), restarts],
  [seconds(15), pauses],
  [seconds(20), slowCpu],
  [seconds(20), clockSteps],
  [seconds(30), clockDrifts],
  [seconds(30), clockSlews],
  [seconds(15), packetLoss],
  [seconds(20), duplication],
  [seconds(20), reordering],
  [seconds(30), corruption],
  [seconds(20), clogs],
  [seconds(20), holds],
  [seconds(30), narrowLinks],
  [seconds(60), staleNames],
  [seconds(60), failingNames],
  [seconds(60), movingNames],
  [seconds(40), diskErrors],
  [seconds(60), fsyncFailures],
  [seconds(60), fullDisks],
  [seconds(20), slowDisks],
  [seconds(30), stalledDisks],
  [seconds(60), bitRot],
  [seconds(60), misdirectedWrites],
  [seconds(40), shortReads],
  [seconds(5), upgrades],
]

/**
 * Every profile there is, each drawing from its own stream: leaving one out leaves the faults of the others as they were.
 * @throws PlanError when an option is out of bounds or `without` names no part.
 */
export function chaos(options: ChaosOptions = {}): readonly FaultProfile[] {
  checkOptions<ChaosOptions>('chaos', options, {
    intensity: numberBetween(0.001, 1_000),
    of: groupNames,
    without: namesOfParts,
  })
  const { intensity = 1, without = [] } = options
  const profiles = parts.map(([every, part]) =>
    part({
      every: scale(every, 1 / intensity),
      ...(options.of === undefined ? {} : { of: options.of }),
    }),
  )
  checkNames(
    without,
    profiles.map(({ name }) => name),
  )
  return profiles.filter(({ name }) => !without.includes(name))
}

const namesOfParts: Field<readonly string[]> = {
  wanted: 'a list of names of profiles',
  read: (raw, path, problems) =>
    Array.isArray(raw) && raw.every((name) => typeof name === 'string')
      ? raw
      : problems.add(path, raw, namesOfParts.wanted),
}

function checkNames(without: readonly string[], names: readonly string[]): void {
  const problems = new PlanProblems()
  for (const name of without)
    if (!names.includes(name)) problems.add('chaos.without', name, `one of ${names.join(', ')}`)
  problems.throwAny('fault profile')
}
