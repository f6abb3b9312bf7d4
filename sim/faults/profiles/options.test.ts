import { describe, expect, test } from 'vitest'

import { bitRot, chaos, clockDrifts, clockSteps, crashes, diskErrors, type FaultProfile } from '../index.ts'
import { drawPlan, movingNames, narrowLinks, packetLoss, partitions, pauses, reordering } from '../index.ts'
import { slowCpu, slowDisks, upgrades } from '../index.ts'
import { fiveServers } from '../testing/recorded-world.ts'
import { type Instant, instantZero, ms, seconds } from '../../time.ts'

/** A profile, given whatever somebody wrote who has no compiler. */
type Profile = (options: never) => FaultProfile | readonly FaultProfile[]
const make = (profile: Profile, options: unknown) => () => profile(options as never)

describe('an option of a profile', () => {
  test.each<[name: string, profile: Profile, options: unknown, problem: string]>([
    [
      'that nobody reads',
      crashes,
      { evry: ms(5) },
      'crashes.evry: got 5000000, wanted no such field (there are: of, every',
    ],
    ['that nobody reads, of chaos', chaos, { intensty: 2 }, 'chaos.intensty: got 2, wanted no such field'],
    [
      'that nobody reads, of upgrades',
      upgrades,
      { version: '2' },
      'upgrades.version: got "2", wanted no such field',
    ],
    ['that nobody reads, of names', movingNames, { name: 'db' }, 'movingNames.name'],
    [
      'that is no duration',
      pauses,
      { every: '5s' },
      'pauses.every: got "5s", wanted a duration of at least 1us',
    ],
    ['that is NaN', pauses, { every: Number.NaN }, 'pauses.every: got NaN'],
    [
      'that is a number where a range is wanted',
      slowCpu,
      { factor: 5 },
      'slowCpu.factor: got 5, wanted the least and the most',
    ],
    ['that is half a range', crashes, { for: [ms(5)] }, 'crashes.for: got a list of 1'],
    ['that is a range the wrong way round', slowDisks, { factor: [5, 2] }, 'slowDisks.factor: got "5 to 2"'],
    [
      'that is a ratio above 1',
      packetLoss,
      { ratio: [2, 3] },
      'packetLoss.ratio[0]: got 2, wanted a number from 0 to 1',
    ],
    ['that is a ratio below 0', diskErrors, { ratio: [-1, 0.5] }, 'diskErrors.ratio[0]: got -1'],
    ['that is out of bounds', clockDrifts, { ppm: [1, 600_000] }, 'clockDrifts.ppm[1]: got 600000'],
    ['that is 0 where nothing would happen', clockSteps, { by: [0, 5] }, 'clockSteps.by[0]: got 0'],
    [
      'that is a fraction',
      narrowLinks,
      { bytesPerSecond: [0.5, 9] },
      'narrowLinks.bytesPerSecond[0]: got 0.5',
    ],
    ['that is one of other words', crashes, { disk: 'gone' }, 'crashes.disk: got "gone", wanted "drawn" or'],
    ['that is a list of other words', partitions, { shapes: ['star'] }, 'partitions.shapes[0]: got "star"'],
    ['that is an empty list', partitions, { shapes: [] }, 'partitions.shapes: got a list of 0'],
    ['that lasts where nothing does', bitRot, { for: [ms(1), ms(2)] }, 'bitRot.for'],
    ['that is missing its other end', reordering, { window: ms(5) }, 'reordering.window'],
    ['that is no object', crashes, 'store', 'crashes: got "store", wanted an object with options'],
  ])('%s is refused when the profile is made', (_name, profile, options, problem) => {
    expect(make(profile, options)).toThrow(problem)
  })
})

describe('what a profile of somebody else draws', () => {
  const window = { begin: instantZero, end: seconds(20) as number as Instant }
  const drawing = (fault: object) => () => {
    const profile: FaultProfile = { kind: 'profile', name: 'mine', draw: () => [fault] as never }
    return drawPlan({ sources: [profile], topology: fiveServers, seed: 1, window })
  }
  const at = seconds(1)

  test.each<[what: string, fault: object, problem: string]>([
    ['a ratio of 2', { kind: 'loss', links: {}, ratio: 2, at }, 'mine[0].ratio: got 2'],
    ['a kind that is none', { kind: 'crush', node: 's1', at }, 'mine[0].kind: got "crush"'],
    [
      'a node that is not there',
      { kind: 'pause', node: 's9', at },
      'mine[0]: got "s9", wanted a node of this run',
    ],
    ['no begin', { kind: 'pause', node: 's1' }, 'mine[0]: got "a fault without at or when"'],
  ])('is held to what a scenario writes: %s', (_what, fault, problem) => {
    expect(drawing(fault)).toThrow(problem)
  })

  test('is taken when it is right, and gets what it left out', () => {
    const [fault] = drawing({ kind: 'crash', node: 's1', at })().plan
    expect(fault).toEqual({ kind: 'crash', at, node: 's1', connections: 'reset', disk: 'drawn' })
  })
})
