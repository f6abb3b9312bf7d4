// The invariants that `check` knows by name: what components that `serve` serves publish for, so that a log of one is judged
// without a scenario.

import { UsageError } from './usage-error.ts'
import {
  chatAcknowledgedKept,
  chatNoneTwice,
  chatSameOrder,
  httpKeysKept,
  httpRequestsAnswered,
  noExit,
  oneMasterPerEpoch,
  raftSafety,
  sameStateAtSameIndex,
} from '../invariants/index.ts'
import type { Invariant } from '../sim/index.ts'

interface NamedInvariants {
  readonly about: string
  /** The components of `serve` that publish what these look at. */
  readonly components: readonly string[]
  readonly invariants: readonly Invariant[]
}

/** The invariants by name. */
export const namedInvariants: ReadonlyMap<string, NamedInvariants> = new Map<string, NamedInvariants>([
  [
    'http',
    {
      about: 'every request answered once, the same answer under one Idempotency-Key',
      components: ['http', 'rest'],
      invariants: [httpRequestsAnswered, httpKeysKept],
    },
  ],
  [
    'chat',
    {
      about: 'one order in each room, no message twice, none lost that was acknowledged',
      components: ['chat'],
      invariants: [chatSameOrder, chatNoneTwice, chatAcknowledgedKept],
    },
  ],
  ['raft', { about: 'the safety of Raft', components: ['kv'], invariants: [raftSafety] }],
  [
    'redis-raft',
    {
      about: 'the safety of Raft, and replicas that hold the same at the same index',
      components: ['redis-raft'],
      invariants: [raftSafety, sameStateAtSameIndex],
    },
  ],
  [
    'redis-sentinel',
    {
      about: 'at most one master in an epoch',
      components: ['redis-sentinel'],
      invariants: [oneMasterPerEpoch],
    },
  ],
  ['no-exit', { about: 'no program ends by an error', components: [], invariants: [noExit] }],
])

/** The invariants of these names, each once. Throws a UsageError for a name that is none. */
export function invariantsNamed(names: readonly string[]): readonly Invariant[] {
  const found = names.flatMap((name) => {
    const known = namedInvariants.get(name)
    if (known === undefined)
      throw new UsageError(
        `--invariants: got ${JSON.stringify(name)}, wanted some of ${[...namedInvariants.keys()].join(', ')}`,
      )
    return known.invariants
  })
  return [...new Set(found)]
}

/** Which names are for the log of a component, as one types them. */
export function invariantNamesFor(component: string): string {
  const known = [...namedInvariants].find(([, { components }]) => components.includes(component))?.[0]
  return known === undefined ? 'no-exit' : `${known} no-exit`
}

/** What to type to have logs judged that name no invariants: `component` is what the log says that was served. */
export function howToJudge(paths: readonly string[], component: string): string {
  const logs = paths.join(' ')
  return [
    'check: got logs of real nodes, which name no invariants; wanted some. Type',
    `  faultline check ${logs} --invariants ${invariantNamesFor(component)}`,
    `or, with a file of your own whose default export is a scenario with invariants,`,
    `  faultline check ${logs} --scenario ./FILE.ts`,
  ].join('\n')
}
