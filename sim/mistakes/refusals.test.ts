// Mistakes known from tools of this kind: what nobody reads is silently ignored. Here it is refused, with what was wanted.
import { expect, test } from 'vitest'

import type { Data } from '../data.ts'
import { ssd } from '../disk/index.ts'
import type { Fault } from '../faults/index.ts'
import { lan, type StreamProfile } from '../net/index.ts'
import { run } from '../run.ts'
import { node, type NodeOptions, scenario, type Scenario } from '../scenario.ts'
import { type Instant, ms } from '../time.ts'

const at = (milliseconds: number): Instant => ms(milliseconds) as number as Instant

const fine = { title: 't', nodes: () => [node('a', () => undefined)], duration: ms(1) }
/** Says it past the compiler, as JavaScript would. */
const saying = (more: object): Scenario => scenario({ ...fine, ...more })
const refusals: readonly (readonly [string, () => Promise<unknown>, string])[] = [
  [
    'a field of a scenario',
    () => run(saying({ invariant: [] }), { seed: 1 }),
    'got invariant, wanted only title',
  ],
  [
    'an option of a node',
    () =>
      run(saying({ nodes: () => [node('a', () => undefined, { restartAfter: 1 } as NodeOptions)] }), {
        seed: 1,
      }),
    'got restartAfter',
  ],
  [
    'a field of a network profile',
    () => run(saying({ network: { ...lan(), loss: 1 } }), { seed: 1 }),
    'got loss',
  ],
  [
    'a field of a stream profile',
    () => run(saying({ network: lan({ streams: { size: 1 } as Partial<StreamProfile> }) }), { seed: 1 }),
    'got size',
  ],
  ['a field of a disk profile', () => run(saying({ disk: { ...ssd, size: 1 } }), { seed: 1 }), 'got size'],
  [
    'a ratio out of bounds',
    () => run(saying({ network: lan({ lossRatio: 2 }) }), { seed: 1 }),
    'lossRatio: got 2',
  ],
  [
    'a node in an override',
    () => run(saying({ network: lan({ overrides: [{ from: ['x'], to: 'any', link: {} }] }) }), { seed: 1 }),
    'network.overrides[0].from: got "x", wanted nodes of this run: a',
  ],
  ['an expected invariant', () => run(saying({ expectViolation: 'nothing' }), { seed: 1 }), 'got "nothing"'],
  [
    'a parameter',
    () => run(saying({}), { seed: 1, set: new Map<string, Data>([['nonsense', 1]]) }),
    'parameter nonsense',
  ],
  [
    'a node in a plan',
    () => run(saying({}), { seed: 1, plan: [{ kind: 'pause', node: 'x', at: at(0) }] }),
    'got "x"',
  ],
  [
    'a node in a fault of the scenario',
    () => run(saying({ faults: [{ kind: 'pause', node: 'x', at: at(0) }] }), { seed: 1 }),
    'got "x"',
  ],
  [
    'a group in a fault profile',
    () => run(saying({ faults: [{ kind: 'pause', node: '$one(x)', at: at(0) }] }), { seed: 1 }),
    'x',
  ],
  [
    'a field of a fault',
    () => run(saying({}), { seed: 1, plan: [{ kind: 'pause', node: 'a', at: at(0), fro: ms(1) } as Fault] }),
    'fro',
  ],
  [
    'a kind of fault',
    () => run(saying({}), { seed: 1, plan: [JSON.parse('{ "kind": "earthquake", "at": 0 }') as Fault] }),
    'earthquake',
  ],
]

test.each(refusals)('what is no option is refused: %s', async (_what, act, said) => {
  await expect(async () => act()).rejects.toThrow(said)
})
