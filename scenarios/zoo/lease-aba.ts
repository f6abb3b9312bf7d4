// Candidates lead for as long as a majority of voters has promised to follow nobody else. A leader numbers its renewals
// from 1, and when it has lost its lease and campaigns again, from 1 once more: a promise of an earlier term that was long
// on its way then looks like one of this term. It counts what ended long ago, and leads while somebody else does. Fixed by an epoch, larger for each term, that every question carries and every answer repeats.

import type { ZooBug } from './bug.ts'
import { eventually, fold, progress } from '../../invariants/index.ts'
import {
  after,
  clogs,
  type DataRecord,
  type Duration,
  type Env,
  group,
  type Instant,
  type Invariant,
  ms,
  type NodeId,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const voters: readonly NodeId[] = ['voter-1', 'voter-2', 'voter-3']
const majority = 2
const leaseTime = ms(250)
const campaignTime = ms(200)
const renewEvery = ms(80)
/** How long a candidate waits before it campaigns again. */
const pauseMin = ms(50)
const pauseMax = ms(250)
/** A leader makes room for others after so many rounds. */
const roundsMax = 6

/** Promises one candidate at a time to follow nobody else while the lease lasts. */
const voter: Program = (env) => {
  let holder: NodeId | null = null
  let until: number = 0
  env.messages.on('ask', ({ epoch, round }, candidate) => {
    const now = env.clock.monotonic()
    if (holder !== candidate && now < until) return
    holder = candidate
    until = now + leaseTime
    env.messages.send(candidate, { kind: 'promise', epoch: epoch ?? null, round: round ?? null })
  })
}

/** Campaigns, leads while its lease lasts, and campaigns again. */
function candidate(isFixed: boolean): Program {
  return async (env) => {
    const term = terms(env, isFixed)
    for (let place = 1; ; place++) {
      await env.sleep(env.randomFor(`campaign ${place}`).int(pauseMin, pauseMax) as Duration)
      if (!env.admits('lead')) continue
      const operation = env.invoke({ f: 'lead' })
      if (await term()) operation.ok()
      else operation.fail('no majority')
    }
  }
}

/** What a candidate does in a term; the result tells whether it led. */
function terms(env: Env, hasEpochs: boolean): () => Promise<boolean> {
  let [epoch, round, askedAt, leaseUntil] = [0, 0, 0, 0]
  const promised = new Set<NodeId>()
  const now = (): number => env.clock.monotonic()

  const ask = (): void => {
    round++
    askedAt = now()
    promised.clear()
    for (const voter of voters) env.messages.send(voter, { kind: 'ask', epoch, round })
  }
  env.messages.on('promise', (promise, voter) => {
    if (promise['round'] !== round || (hasEpochs && promise['epoch'] !== epoch)) return
    promised.add(voter)
    if (promised.size < majority || now() >= askedAt + leaseTime) return
    leaseUntil = askedAt + leaseTime
    env.probe('lease', { left: leaseUntil - now() })
  })
  return async () => {
    epoch++
    round = 0
    leaseUntil = 0
    ask()
    await env.sleep(campaignTime)
    while (now() < leaseUntil) {
      if (round < roundsMax) ask()
      await env.sleep(renewEvery)
    }
    return leaseUntil > 0
  }
}

/** While a leader has its lease, nobody else gets one. */
const oneLeader: Invariant = fold<Map<NodeId, Instant>, 'probe'>({
  name: 'one leader at a time',
  kinds: ['probe'],
  initial: () => new Map(),
  on: (leases, { node, at, value }) => {
    for (const [other, until] of leases)
      if (other !== node && until > at) return 'a candidate got a lease while another one had it'
    leases.set(node, after(at, Number((value as DataRecord)['left']) as Duration))
    return null
  },
})

const leaseAba: Scenario = scenario({
  title: 'a leader takes a late promise of an earlier term for one of this term, and there are two leaders',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('voter', voters.length, voter),
    ...group('candidate', 3, candidate(isFixed), { quorum: 0, operations: ['lead'] }),
  ],
  faults: [
    clogs({
      of: 'candidate',
      every: seconds(1.5),
      for: [seconds(1), seconds(3)],
      added: [ms(200), seconds(1)],
    }),
  ],
  invariants: [oneLeader, eventually(progress, { within: seconds(4) })],
  duration: seconds(10),
  settle: seconds(4),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'lease-aba',
  source:
    'Trencséni, Gazsó and Reinhardt, "PaxosLease: Diskless Paxos for Leases", arXiv 1209.4187, 2012: answers count only for the ballot that they repeat',
  invariant: 'one leader at a time',
  seedsMax: 100,
  scenario: leaseAba,
}

export default leaseAba
