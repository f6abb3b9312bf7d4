// The replicated store under faults: five replicas with disks, three clients with 100 operations a virtual second, and
// everything going wrong that `chaos` has; alone, and judged by the invariants that the shipped scenarios use.

import { holds10k } from './baselines.ts'
import { expectCount, type Workload } from './measure.ts'
import { measureRow, type Row } from './row.ts'
import { eventually, kv, linearizable, operationsSucceed, raftSafety } from '../invariants/index.ts'
import { kvStore, storeClient } from '../nodes/kv/index.ts'
import { exitCodes } from '../nodes/raft/index.ts'
import {
  chaos,
  type Duration,
  group,
  type Invariant,
  ns,
  perSecond,
  run,
  type RunResult,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

/** How many seeds a sample runs, and how many rounds there are. */
export interface StoreBenchOptions {
  readonly seeds: number
  readonly rounds: number
}

/** A server that finds its disk damaged or failing ends itself: that is no violation. */
const exitsAllowed = [exitCodes.corrupt, exitCodes.disk]

/** Measures one of the rows about the store: alone, or with Raft's invariants and the linearizability checker. */
export async function benchStore(isJudged: boolean, { seeds, rounds }: StoreBenchOptions): Promise<Row> {
  const invariants = isJudged ? [raftSafety, linearizable(kv, { fail: 'dropped' }), progress] : []
  const name = `5-node store with disks, 100 operations/s, faults${isJudged ? ', all checkers' : ''}`
  const workload = storeWorkload(name, storeScenario({ invariants }), seeds)
  const budget = { bound: 'at-least', figure: 1000 } as const
  return measureRow({ name, unit: 'virtual s/s', workload, baseline: holds10k, budget }, rounds)
}

const progress = eventually(operationsSucceed('client'), { within: seconds(10) })

/** What the store's scenario may differ in. */
export interface StoreScenario {
  readonly invariants: readonly Invariant[]
  readonly replicas?: number
  readonly duration?: Duration
  readonly hasFaults?: boolean
}

/** The store under faults. */
export function storeScenario(options: StoreScenario): Scenario {
  const { invariants, replicas = 5, duration = seconds(20), hasFaults = true } = options
  const names = Array.from({ length: replicas }, (_, index) => `store-${index + 1}`)
  const client = storeClient({ keys: 4, rate: perSecond(33), replicas: names })
  return scenario({
    title: 'the store while everything fails at once',
    nodes: () => [
      ...group('store', replicas, kvStore({ raft: { compactionThreshold: 128 } }), {
        restartAfterExit: seconds(1),
      }),
      ...group('client', 3, client, { quorum: 0 }),
    ],
    faults: hasFaults ? chaos({ without: ['upgrades', 'clockDrifts'] }) : [],
    exitsAllowed,
    invariants,
    duration,
    settle: hasFaults ? seconds(12) : ns(0),
  })
}

function storeWorkload(name: string, store: Scenario, seeds: number): Workload {
  let seconds = 0
  return {
    name,
    unit: 'virtual second',
    run: async () => {
      let at = 0
      for (let seed = 1; seed <= seeds; seed++) at += checked(await run(store, { seed, isChecked: false })).at
      // Every sample runs the same seeds, and equal seeds are equal runs.
      if (seconds !== 0) expectCount('virtual nanoseconds', at, seconds)
      seconds = at
      return at / 1e9
    },
  }
}

/** Throws unless the run passed and its clients had most of their operations done. */
export function checked(result: RunResult): RunResult {
  const { outcome, operations, seed, at } = result
  if (outcome.kind !== 'passed') throw new Error(`store, seed ${seed}: the run ended as ${outcome.kind}`)
  if (operations.ok < (at / 1e9) * 50)
    throw new Error(`store, seed ${seed}: only ${operations.ok} operations succeeded`)
  return result
}
