// A store with snapshot isolation keeps two accounts of one customer, either of which may be overdrawn as long as both
// together are not. Two transactions see the same snapshot, each finds that the sum allows its withdrawal, and each writes
// the account that the other one only read: no two writes collide, both commit, and the sum is negative. Fixed by what
// makes snapshots serializable: what a transaction has read counts as well. (Here it aborts whenever that was overwritten;
// Cahill, Röhm and Fekete, SIGMOD 2008, abort less.)

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { always, onProbe } from '../../invariants/index.ts'
import {
  clogs,
  type Data,
  type DataRecord,
  group,
  type Invariant,
  ms,
  node,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const accounts = ['checking', 'savings'] as const
const openingBalance = 100
const amounts = [60, 80, 100, 120] as const
const patience = ms(400)

interface Account {
  balance: number
  /** When the latest balance was committed. */
  writtenAt: number
}

/** Commits what read from one snapshot, if nobody has committed a write to the same account since. */
function bank(isFixed: boolean): Program {
  return (env) => {
    const store = new Map<Data, Account>()
    for (const name of accounts) store.set(name, { balance: openingBalance, writtenAt: 0 })
    let clock = 0

    const isOverwritten = (name: Data, snapshot: number): boolean =>
      (store.get(name)?.writtenAt ?? 0) > snapshot
    const commit = ({ snapshot, account = null, balance }: DataRecord): DataRecord => {
      const guarded = isFixed ? accounts : [account]
      if (guarded.some((name) => isOverwritten(name, Number(snapshot)))) return { isCommitted: false }
      store.set(account, { balance: Number(balance), writtenAt: ++clock })
      env.probe('sum', sum(balances()))
      return { isCommitted: true }
    }
    const balances = (): readonly number[] => [...store.values()].map(({ balance }) => balance)

    answers(env, 'begin', () => ({ snapshot: clock, balances: balances() }))
    answers(env, 'commit', commit)
  }
}

function sum(balances: readonly number[]): number {
  return balances.reduce((total, balance) => total + balance, 0)
}

/** Deposits and withdraws, each time in a transaction of its own. */
const client: Program = (env) => {
  const ask = asker(env, patience)

  const transact = async (f: 'deposit' | 'withdraw', place: number): Promise<void> => {
    const random = env.randomFor(`call ${place}`)
    const [chosen, amount] = [random.int(0, 1), random.pick(amounts)]
    const account = accounts[chosen] ?? null
    const operation = env.invoke({ f, key: account, value: amount })
    const begun = await ask('bank', { kind: 'begin' })
    if (begun === null) return operation.fail('nothing was read')
    const balances = begun['balances'] as readonly number[]
    if (f === 'withdraw' && sum(balances) < amount) return operation.fail('not enough money')
    const balance = (balances[chosen] ?? 0) + (f === 'deposit' ? amount : -amount)
    const commit = { kind: 'commit', snapshot: begun['snapshot'], account, balance }
    const committed = await ask('bank', commit)
    if (committed === null) return operation.info('no answer')
    return committed['isCommitted'] === true ? operation.ok() : operation.fail('write conflict')
  }

  arrive(env, {
    every: ms(150),
    mix: [
      [1, 'deposit'],
      [2, 'withdraw'],
    ],
    call: transact,
  })
}

const notOverdrawn: Invariant = always(
  'both accounts together are not overdrawn',
  onProbe('sum', (total) => Number(total) >= 0),
  ({ value }) => `both accounts together are overdrawn\nby ${-Number(value)}`,
)

const writeSkew: Scenario = scenario({
  title: 'two withdrawals see one snapshot, write different accounts, and together overdraw them',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('bank', bank(isFixed)),
    ...group('client', 3, client, { quorum: 0, operations: ['deposit', 'withdraw'] }),
  ],
  faults: [clogs({ of: 'client', every: seconds(2), for: [ms(100), seconds(1)], added: [ms(1), ms(100)] })],
  invariants: [notOverdrawn],
  duration: seconds(8),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'write-skew',
  source:
    'Berenson, Bernstein, Gray, Melton, O\'Neil and O\'Neil, "A Critique of ANSI SQL Isolation Levels", SIGMOD 1995, anomaly A5B (Write Skew)',
  invariant: 'both accounts together are not overdrawn',
  seedsMax: 100,
  scenario: writeSkew,
}

export default writeSkew
