// Two-phase commit as Gray and Lamport specify it (Consensus on Transaction Commit, 2006, section 4 and the TLA+ module
// TwoPhase): a resource manager prepares or aborts by itself, the transaction manager commits once all have prepared, or
// aborts whenever it likes, and the others learn of that. Messages are never consumed: what was sent can be received at
// any time, and again. Stateright checks the same formulation (examples/2pc.rs): 288 states with 3 resource managers,
// 8,832 with 5.

import { fold } from '../../invariants/index.ts'
import {
  type Env,
  group,
  type Invariant,
  ms,
  node,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

type Message = { readonly kind: 'prepared' } | { readonly kind: 'commit' } | { readonly kind: 'abort' }

/** What a manager does of itself happens at some time: which comes first is for the order of the timers to say. */
const someTime = (env: Env<Message>): ReturnType<typeof ms> => ms(env.random.int(1, 100))

function resourceManager(env: Env<Message>): void {
  let state: 'working' | 'prepared' | 'committed' | 'aborted' = 'working'
  const choices = [
    env.timers.after(someTime(env), function prepare() {
      decide('prepared')
      env.messages.send('tm', { kind: 'prepared' })
    }),
    env.timers.after(someTime(env), function abort() {
      decide('aborted')
    }),
  ]
  const decide = (decision: typeof state): void => {
    if (state === decision) return
    for (const choice of choices) choice.cancel()
    state = decision
    env.probe('state', state)
  }
  env.messages.on('commit', () => {
    decide('committed')
  })
  env.messages.on('abort', () => {
    decide('aborted')
  })
  env.probe('state', state)
}

function transactionManager(env: Env<Message>): void {
  const managers = env.parameters['managers'] as readonly string[]
  const prepared = new Set<string>()
  let decision: 'none' | 'committed' | 'aborted' = 'none'
  const publish = (): void => {
    env.probe('state', { decision, prepared: managers.filter((name) => prepared.has(name)) })
  }
  const decide = (outcome: 'committed' | 'aborted'): void => {
    decision = outcome
    for (const choice of choices) choice.cancel()
    publish()
    for (const name of managers)
      env.messages.send(name, { kind: outcome === 'committed' ? 'commit' : 'abort' })
  }
  const choices = [
    env.timers.after(someTime(env), function abort() {
      decide('aborted')
    }),
  ]
  env.messages.on('prepared', (_message, source) => {
    if (decision !== 'none' || prepared.has(source)) return
    prepared.add(source)
    publish()
    if (prepared.size < managers.length) return
    const commit = env.timers.after(someTime(env), function commit() {
      decide('committed')
    })
    choices.push(commit)
  })
  publish()
}

/** No two resource managers may arrive at different ends. */
const consistent: Invariant = fold({
  name: 'no manager commits what another one aborts',
  kinds: ['probe'],
  initial: () => new Map<string, unknown>(),
  on: (states, { node: name, value }) => {
    states.set(name, value)
    const nameOf = (state: string): string | undefined => [...states].find(([, each]) => each === state)?.[0]
    const [committed, aborted] = [nameOf('committed'), nameOf('aborted')]
    return committed === undefined || aborted === undefined
      ? null
      : `${committed} has committed and ${aborted} has aborted`
  },
})

const twoPhaseCommit: Scenario = scenario({
  title: 'all resource managers commit or all abort, whoever decides when',
  parameters: { managers: 3 },
  nodes: ({ managers }) => {
    const resources = group('rm', managers, resourceManager, { quorum: 0 })
    const names = resources.map(({ name }) => name)
    return [node('tm', transactionManager, { parameters: { managers: names }, quorum: 0 }), ...resources]
  },
  invariants: [consistent],
  exhaust: { network: 'set', timers: 'any' },
  duration: seconds(1),
})

export default twoPhaseCommit
