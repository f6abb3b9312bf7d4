// The register of Attiya, Bar-Noy and Dolev (Sharing Memory Robustly in Message-Passing Systems, 1995), in the formulation
// of Stateright, examples/linearizable-register.rs.

import { peersOf, type RegisterMessage, serverName } from './register-world.ts'
import type { Env } from '../../../sim/index.ts'

type Stamp = readonly [clock: number, server: number]
type Value = string | null

type AbdMessage =
  | RegisterMessage
  | { readonly kind: 'query'; readonly request: number }
  | { readonly kind: 'ack-query'; readonly request: number; readonly stamp: Stamp; readonly value: Value }
  | { readonly kind: 'record'; readonly request: number; readonly stamp: Stamp; readonly value: Value }
  | { readonly kind: 'ack-record'; readonly request: number }

interface Querying {
  readonly kind: 'querying'
  readonly request: number
  readonly client: string
  readonly write: Value
  readonly answers: Map<number, { readonly stamp: Stamp; readonly value: Value }>
}

interface Recording {
  readonly kind: 'recording'
  readonly request: number
  readonly client: string
  readonly isRead: boolean
  readonly value: Value
  readonly acks: Set<number>
}

export function abd(env: Env<AbdMessage>): void {
  const id = env.parameters['id'] as number
  const peers = peersOf(env)
  const majority = Math.floor((peers.length + 1) / 2) + 1
  let stamp: Stamp = [0, id]
  let value: Value = null
  let phase: Querying | Recording | null = null
  const publish = (): void => {
    env.probe('state', { stamp, value, phase: phaseData(phase) })
  }
  const broadcast = (message: AbdMessage): void => {
    for (const peer of peers) env.messages.send(serverName(peer), message)
  }
  const begin = (request: number, client: string, write: Value): void => {
    if (phase !== null) return
    broadcast({ kind: 'query', request })
    phase = { kind: 'querying', request, client, write, answers: new Map([[id, { stamp, value }]]) }
    publish()
  }
  const take = (newer: Stamp, written: Value): void => {
    if (!isLater(newer, stamp)) return
    stamp = newer
    value = written
    publish()
  }
  env.messages.on('put', ({ request, value: write }, client) => {
    begin(request, client, write)
  })
  env.messages.on('get', ({ request }, client) => {
    begin(request, client, null)
  })
  env.messages.on('query', ({ request }, source) => {
    env.messages.send(source, { kind: 'ack-query', request, stamp, value })
  })
  env.messages.on('ack-query', (answer, source) => {
    if (phase?.kind !== 'querying' || phase.request !== answer.request) return
    const { request, client, write, answers } = phase
    answers.set(idOf(source), { stamp: answer.stamp, value: answer.value })
    if (answers.size === majority) {
      const latest = [...answers.values()].reduce((a, b) => (isLater(b.stamp, a.stamp) ? b : a))
      const isRead = write === null
      const chosen = isRead ? latest : { stamp: [latest.stamp[0] + 1, id] as const, value: write }
      broadcast({ kind: 'record', request, ...chosen })
      take(chosen.stamp, chosen.value)
      phase = { kind: 'recording', request, client, isRead, value: chosen.value, acks: new Set([id]) }
    }
    publish()
  })
  env.messages.on('record', ({ request, stamp: newer, value: written }, source) => {
    env.messages.send(source, { kind: 'ack-record', request })
    take(newer, written)
  })
  env.messages.on('ack-record', ({ request }, source) => {
    if (phase?.kind !== 'recording' || phase.request !== request || phase.acks.has(idOf(source))) return
    phase.acks.add(idOf(source))
    if (phase.acks.size === majority) {
      const answer = phase.isRead
        ? ({ kind: 'get-ok', request, value: phase.value } as const)
        : ({ kind: 'put-ok', request } as const)
      env.messages.send(phase.client, answer)
      phase = null
    }
    publish()
  })
  publish()
}

function isLater(a: Stamp, b: Stamp): boolean {
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1])
}

function idOf(server: string): number {
  return Number(server.slice(server.indexOf('-') + 1))
}

function phaseData(phase: Querying | Recording | null): Parameters<Env['probe']>[1] {
  if (phase === null) return null
  const { kind, request, client } = phase
  if (phase.kind === 'recording')
    return {
      kind,
      request,
      client,
      acks: [...phase.acks].sort((a, b) => a - b),
      value: phase.value,
      isRead: phase.isRead,
    }
  const answers = [...phase.answers]
    .sort(([a], [b]) => a - b)
    .map(([id, { stamp, value }]) => [id, stamp, value])
  return { kind, request, client, write: phase.write, answers }
}
