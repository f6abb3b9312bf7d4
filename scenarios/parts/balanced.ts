// Balancers, and calls through them, as the scenarios use them.

import { fold } from '../../invariants/index.ts'
import { Fields, HttpClient, HttpClientError, serveHttp } from '../../nodes/http/index.ts'
import { loadBalancer } from '../../nodes/load-balancer/index.ts'
import type { Call } from '../../nodes/resilience/index.ts'
import {
  type Data,
  type DataRecord,
  type Duration,
  type Env,
  type Invariant,
  type NodeSpec,
  node,
  type Program,
  seconds,
} from '../../sim/index.ts'

/** The names of so many servers, as `group('server', count, …)` has them. */
export function serverNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, place) => `server-${place + 1}`)
}

/** A balancer in front of servers on port 80, which finds out quickly whatever becomes of them. */
export function balancer(name: string, servers: readonly string[], parameters: DataRecord = {}): NodeSpec {
  return node(name, loadBalancer, {
    parameters: {
      port: 80,
      backends: servers.map((server) => ({ name: server, host: server, port: 80 })),
      connectTimeoutMs: 200,
      responseTimeoutMs: 500,
      checkEveryMs: 500,
      checkTimeoutMs: 200,
      outlierFailures: 3,
      ejectedForMs: 1000,
      slowStartMs: 0,
      // Few clients make few requests: the share of a budget would be less than one retry.
      retriesPerSecondMin: 20,
      ...parameters,
    },
  })
}

/** The probe of a server that has answered: the target, and who passed the request on. */
const served = 'http.served'

/** A server that does something for each request, and publishes that it has. */
export function workingServer(workOf: (env: Env) => () => Promise<void>): Program {
  return async (env) => {
    const work = workOf(env)
    await serveHttp(env, {
      port: 80,
      handler: async ({ target, headers }) => {
        await work()
        env.probe(served, { target, via: headers.get('via') ?? '' })
        return { status: 200, headers: new Fields(), body: target }
      },
    })
  }
}

/** A call: GET of a target of a balancer. Anything but 200 is an error. */
export function balancedCall(env: Env, timeout: Duration): (host: string, target: string) => Call<void> {
  const client = new HttpClient(env, { retriesMax: 0, timeout, pool: { perAddressMax: 200 } })
  return (host, target) => async () => {
    const response = await client.request({ url: `http://${host}${target}` })
    const text = await response.text()
    if (response.status !== 200 || text !== target)
      throw new HttpClientError('bad-response', `${response.status} ${text}`)
  }
}

/** What a balancer says of a request that it could not have answered. */
interface Loss {
  readonly backend: string
  readonly why: string
}

interface Down {
  readonly from: number
  until: number
}

/**
 * A request that is lost was with a back-end that was down at some time while it was under way, or left on a connection to one that
 * was down before and had said nothing of that: for those that cannot have been sent there is another back-end.
 */
export const lostOnlyWithTheCrashed: Invariant = fold({
  name: 'only what a crashed back-end was doing is lost',
  kinds: ['operation', 'probe', 'crash', 'start'],
  unit: 'operations ended',
  initial: () => ({
    down: new Map<string, Down>(),
    begun: new Map<Data, number>(),
    lost: new Map<Data, Loss>(),
    ended: 0,
  }),
  on: (state, event) => {
    const { down, begun, lost } = state
    if (event.kind === 'crash') down.set(event.node, { from: event.at, until: Number.MAX_SAFE_INTEGER })
    else if (event.kind === 'start') {
      const last = down.get(event.node)
      if (last !== undefined) last.until = event.at
    } else if (event.kind === 'probe') {
      if (event.name !== 'lb.lost') return null
      const { target, backend, why } = event.value as {
        readonly target: string
        readonly backend: string
        readonly why: string
      }
      lost.set(target.slice(1), { backend, why })
    } else if (event.phase === 'invoke') begun.set(event.key, event.at)
    else {
      state.ended++
      const since = begun.get(event.key) ?? 0
      const loss = lost.get(event.key)
      begun.delete(event.key)
      lost.delete(event.key)
      if (event.phase === 'ok') return null
      const key = JSON.stringify(event.key)
      if (loss === undefined) return `a request was lost that no back-end had\n${key}`
      if (!['broken', 'stale', 'timeout'].includes(loss.why))
        return `a request was lost that was not sent\n${key}, ${loss.why} of ${loss.backend}`
      const gone = down.get(loss.backend)
      if (gone !== undefined && loss.why === 'stale') return null
      if (gone !== undefined && gone.from <= event.at && gone.until >= since) return null
      return `a request was lost by a back-end that was there\n${key}, ${loss.why} of ${loss.backend}`
    }
    return null
  },
  looked: ({ ended }) => ended,
})

/** What may be sent twice is answered, whatever becomes of one back-end. */
export const repeatableIsAnswered: Invariant = fold({
  name: 'what may be sent twice is answered',
  kinds: ['operation'],
  initial: () => ({ answered: 0 }),
  on: (state, { phase, f, key, error }) => {
    if (phase === 'invoke' || f === 'POST') return null
    state.answered++
    return phase === 'ok' ? null : `a request was not answered\n${f} ${JSON.stringify(key)}: ${error ?? ''}`
  },
  looked: ({ answered }) => answered,
})

/** Each of some servers serves something from an instant on. */
export function allServeAfter(servers: readonly string[], from: Duration): Invariant {
  return fold({
    name: 'everybody serves again',
    kinds: ['probe'],
    unit: `probes ${served}`,
    initial: () => ({ serving: new Set<string>(), count: 0 }),
    on: (state, { name, node, at }) => {
      if (name !== served) return null
      state.count++
      if (at >= from) state.serving.add(node)
      return null
    },
    end: ({ serving }, { at }) => {
      // A second is enough for everybody's turn.
      if (at < from + seconds(1)) return { kind: 'undecided', message: 'the run ended before' }
      const idle = servers.filter((server) => !serving.has(server))
      return idle.length === 0 ? null : `a back-end gets nothing\n${idle.join(', ')}`
    },
    looked: ({ count }) => count,
  })
}

/**
 * Where two balancers see a back-end both, they send its keys there both: a key that went to two places went away from one that
 * `blind` does not see.
 */
export function keysStay(blind: string, unseen: string): Invariant {
  return fold({
    name: 'keys stay where both balancers see their back-end',
    kinds: ['probe'],
    unit: `probes ${served}`,
    initial: () => ({ places: new Map<string, string>(), count: 0 }),
    on: (state, { name, node, value }) => {
      if (name !== served) return null
      state.count++
      const { target, via } = value as { readonly target: string; readonly via: string }
      const place = state.places.get(target)
      if (place === undefined) {
        // Which is the key's own is told by the one that sees everybody.
        if (!via.endsWith(blind)) state.places.set(target, node)
        return null
      }
      if (place === node || (place === unseen && via.endsWith(blind))) return null
      return `a key went to two places that both see\n${target}: ${place}, and by ${via} ${node}`
    },
    looked: ({ count }) => count,
  })
}
