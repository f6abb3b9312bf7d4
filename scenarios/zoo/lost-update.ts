// Two clients read a counter, add one each, and write what they have: the later write buries the earlier one, which was
// acknowledged. Fixed as in every store with versions (`cas` of memcached, `If-Match` of HTTP): a write says which version
// it was computed from, and one that comes too late reads again.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { counter, linearizable } from '../../invariants/index.ts'
import {
  clogs,
  type Data,
  group,
  ms,
  node,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const patience = ms(400)

/** Keeps one number. A write that names a version is stored only while that is the latest. */
const store: Program = (env) => {
  let value: Data = 0
  let version = 0
  answers(env, 'get', () => ({ value, version }))
  answers(env, 'set', ({ value: next = null, basedOn }) => {
    const isStored = basedOn === null || basedOn === version
    if (isStored) {
      value = next
      version++
    }
    return { isStored }
  })
}

/** Adds to the number by reading and writing it, and looks at it in between. */
function client(isFixed: boolean): Program {
  return (env) => {
    const ask = asker(env, patience)

    const add = async (): Promise<void> => {
      const operation = env.invoke({ f: 'add', value: 1 })
      for (;;) {
        const found = await ask('store', { kind: 'get' })
        if (found === null) return operation.fail('nothing was read')
        const value = Number(found['value']) + 1
        const basedOn = isFixed ? (found['version'] ?? null) : null
        const written = await ask('store', { kind: 'set', value, basedOn })
        if (written === null) return operation.info('no answer')
        if (written['isStored'] === true) return operation.ok(value)
      }
    }

    const read = async (): Promise<void> => {
      const operation = env.invoke({ f: 'read' })
      const found = await ask('store', { kind: 'get' })
      if (found === null) operation.fail('no answer')
      else operation.ok(found['value'])
    }

    arrive(env, {
      every: ms(250),
      mix: [
        [3, 'add'],
        [1, 'read'],
      ],
      call: async (f) => (f === 'add' ? add() : read()),
    })
  }
}

const lostUpdate: Scenario = scenario({
  title: 'two clients read a counter, then write it, and one of the two updates is lost',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('store', store),
    ...group('client', 3, client(isFixed), { quorum: 0, operations: ['add', 'read'] }),
  ],
  faults: [clogs({ of: 'client', every: seconds(2), for: [ms(100), seconds(1)], added: [ms(1), ms(100)] })],
  invariants: [linearizable(counter)],
  duration: seconds(6),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'lost-update',
  source:
    'Berenson, Bernstein, Gray, Melton, O\'Neil and O\'Neil, "A Critique of ANSI SQL Isolation Levels", SIGMOD 1995, phenomenon P4 (Lost Update)',
  invariant: 'linearizable counter',
  seedsMax: 100,
  scenario: lostUpdate,
}

export default lostUpdate
