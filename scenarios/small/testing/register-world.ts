// Servers of a register and clients that write once and then read: the harness in which Stateright models its registers
// (src/actor/register.rs, `RegisterActor`), with the same numbers for requests and the same choice of servers.

import { linearizable, register } from '../../../invariants/index.ts'
import {
  type Env,
  type Message,
  node,
  type NodeSpec,
  type PendingOperation,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../../sim/index.ts'

/** What clients ask and servers answer. */
export type RegisterMessage =
  | { readonly kind: 'put'; readonly request: number; readonly value: string }
  | { readonly kind: 'get'; readonly request: number }
  | { readonly kind: 'put-ok'; readonly request: number }
  | { readonly kind: 'get-ok'; readonly request: number; readonly value: string | null }

/** The servers' numbers are 0, 1, …; those of clients follow. */
export function serverName(id: number): string {
  return `server-${id}`
}

/** The numbers of the servers besides this one. */
export function peersOf(env: Pick<Env, 'parameters'>): readonly number[] {
  const { id, servers } = env.parameters as { readonly id: number; readonly servers: number }
  return Array.from({ length: servers }, (_, index) => index).filter((index) => index !== id)
}

/** A world of such servers and clients. */
export function registerWorld<M extends Message>(
  title: string,
  server: Program<M>,
  counts: Counts,
): Scenario {
  return scenario({
    title,
    parameters: { ...counts },
    nodes: ({ servers, clients }) => [
      ...Array.from({ length: servers }, (_, id) =>
        node(serverName(id), server, { parameters: { id, servers } }),
      ),
      ...Array.from({ length: clients }, (_, index): NodeSpec => {
        const id = servers + index
        return node(`client-${id}`, client, { parameters: { id, servers }, quorum: 0 })
      }),
    ],
    invariants: [linearizable(register)],
    duration: seconds(1),
  })
}

export interface Counts {
  readonly servers: number
  readonly clients: number
}

function client(env: Env<RegisterMessage>): void {
  const { id, servers } = env.parameters as { readonly id: number; readonly servers: number }
  let awaiting: number | null = id
  let calls = 1
  const value = String.fromCharCode(65 + id - servers)
  let operation: PendingOperation = env.invoke({ f: 'write', value })
  env.messages.send(serverName(id % servers), { kind: 'put', request: id, value })
  const publish = (): void => {
    env.probe('state', { awaiting, calls })
  }
  env.messages.on('put-ok', ({ request }) => {
    if (request !== awaiting) return
    operation.ok()
    awaiting = (calls + 1) * id
    operation = env.invoke({ f: 'read' })
    env.messages.send(serverName((id + calls) % servers), { kind: 'get', request: awaiting })
    calls++
    publish()
  })
  env.messages.on('get-ok', ({ request, value: read }) => {
    if (request !== awaiting) return
    operation.ok(read)
    awaiting = null
    calls++
    publish()
  })
  publish()
}
