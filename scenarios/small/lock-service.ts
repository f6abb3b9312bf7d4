// A lock service over a network that may deliver a message again at any time: clients take the lock and give it back, a
// few times each. Grants are numbered, and giving back names the grant. `--set bug=trusting` makes the server believe
// whoever says that the lock is free: an old release, received once more, then frees somebody else's lock.

import { fold } from '../../invariants/index.ts'
import {
  type Env,
  type EventOf,
  group,
  type Invariant,
  ms,
  node,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

type Message =
  | { readonly kind: 'acquire'; readonly request: number }
  | { readonly kind: 'granted'; readonly request: number; readonly grant: number }
  | { readonly kind: 'release'; readonly grant: number }

/** Requests of one incarnation of a client are numbered from here. */
const requestsOfIncarnation = 100

/** The names that the parameter `bug` can have. */
const bugs: readonly string[] = ['none', 'trusting']

function lockServer(env: Env<Message>): void {
  const isTrusting = env.parameters['bug'] === 'trusting'
  const waiting: { readonly client: string; readonly request: number }[] = []
  const latest = new Map<string, number>()
  let holder: string | null = null
  let grant = 0
  const publish = (): void => {
    const seen = [...latest].sort(([a], [b]) => (a < b ? -1 : 1))
    env.probe('state', { holder, grant, waiting, seen })
  }
  const grantNext = (): void => {
    const next = holder === null ? waiting.shift() : undefined
    if (next !== undefined) {
      holder = next.client
      grant++
      env.messages.send(next.client, { kind: 'granted', request: next.request, grant })
    }
    publish()
  }
  env.messages.on('acquire', ({ request }, client) => {
    if (request <= (latest.get(client) ?? 0)) return
    latest.set(client, request)
    waiting.push({ client, request })
    grantNext()
  })
  env.messages.on('release', ({ grant: released }) => {
    if (holder === null || (released !== grant && !isTrusting)) return
    holder = null
    grantNext()
  })
  publish()
}

function lockClient(env: Env<Message>): void {
  const rounds = env.parameters['rounds'] as number
  let request = env.incarnation * requestsOfIncarnation
  const last = request + rounds
  let phase: 'waiting' | 'holding' | 'done' = 'done'
  const become = (next: typeof phase): void => {
    phase = next
    env.probe('state', { phase, request })
  }
  const acquire = (): void => {
    if (request === last) {
      become('done')
      return
    }
    request++
    become('waiting')
    env.messages.send('lock', { kind: 'acquire', request })
  }
  env.messages.on('granted', ({ request: granted, grant }) => {
    if (phase !== 'waiting' || granted !== request) return
    become('holding')
    env.timers.after(ms(env.random.int(1, 20)), function giveBack() {
      env.messages.send('lock', { kind: 'release', grant })
      acquire()
    })
  })
  acquire()
}

/** At most one client holds the lock. One that crashes holds nothing any more, although the server may believe so. */
const mutualExclusion: Invariant = fold({
  name: 'at most one client holds the lock',
  kinds: ['probe', 'crash'],
  initial: () => new Set<string>(),
  on: (holders, event) => {
    if (isHolding(event)) holders.add(event.node)
    else holders.delete(event.node)
    return holders.size > 1 ? `${[...holders].sort().join(' and ')} hold the lock` : null
  },
})

function isHolding(event: EventOf<'probe' | 'crash'>): boolean {
  if (event.kind === 'crash') return false
  const { value } = event
  return typeof value === 'object' && value !== null && 'phase' in value && value.phase === 'holding'
}

const lockService: Scenario = scenario({
  title: 'at most one client holds the lock, however often messages arrive',
  parameters: { clients: 2, rounds: 2, bug: 'none' },
  nodes: ({ clients, rounds, bug }) => {
    // A search that plants no bug and finds none would say that a bug which nobody knows is harmless.
    if (!bugs.includes(bug)) throw new RangeError(`bug: got "${bug}", wanted one of ${bugs.join(', ')}`)
    return [
      node('lock', lockServer, { parameters: { bug }, quorum: 0 }),
      ...group('client', clients, lockClient, { parameters: { rounds }, quorum: 0 }),
    ]
  },
  invariants: [mutualExclusion],
  exhaust: { network: 'set', crashesOf: ['client'] },
  duration: seconds(1),
})

export default lockService
