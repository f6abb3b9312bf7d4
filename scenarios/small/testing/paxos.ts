// Single-decree Paxos (Lamport, The Part-Time Parliament, 1998) behind a register, in the formulation of Stateright,
// examples/paxos.rs.

import { peersOf, type RegisterMessage, serverName } from './register-world.ts'
import type { Env } from '../../../sim/index.ts'

type Ballot = readonly [round: number, server: number]
type Proposal = readonly [request: number, client: string, value: string]
type Accepted = readonly [ballot: Ballot, proposal: Proposal]

type PaxosMessage =
  | RegisterMessage
  | { readonly kind: 'prepare'; readonly ballot: Ballot }
  | { readonly kind: 'prepared'; readonly ballot: Ballot; readonly last: Accepted | null }
  | { readonly kind: 'accept'; readonly ballot: Ballot; readonly proposal: Proposal }
  | { readonly kind: 'accepted'; readonly ballot: Ballot }
  | { readonly kind: 'decided'; readonly ballot: Ballot; readonly proposal: Proposal }

export function paxos(env: Env<PaxosMessage>): void {
  const id = env.parameters['id'] as number
  const peers = peersOf(env)
  const majority = Math.floor((peers.length + 1) / 2) + 1
  let ballot: Ballot = [0, 0]
  let proposal: Proposal | null = null
  let prepares = new Map<string, Accepted | null>()
  let accepts = new Set<string>()
  let accepted: Accepted | null = null
  let isDecided = false
  const publish = (): void => {
    const prepared = [...prepares].sort(([a], [b]) => (a < b ? -1 : 1))
    env.probe('state', { ballot, proposal, prepared, accepts: [...accepts].sort(), accepted, isDecided })
  }
  const broadcast = (message: PaxosMessage): void => {
    for (const peer of peers) env.messages.send(serverName(peer), message)
  }
  env.messages.on('put', ({ request, value }, client) => {
    if (isDecided || proposal !== null) return
    proposal = [request, client, value]
    accepts = new Set()
    ballot = [ballot[0] + 1, id]
    prepares = new Map([[env.name, accepted]])
    broadcast({ kind: 'prepare', ballot })
    publish()
  })
  env.messages.on('get', ({ request }, client) => {
    if (isDecided && accepted !== null)
      env.messages.send(client, { kind: 'get-ok', request, value: accepted[1][2] })
  })
  env.messages.on('prepare', ({ ballot: asked }, source) => {
    if (isDecided || compare(ballot, asked) >= 0) return
    ballot = asked
    env.messages.send(source, { kind: 'prepared', ballot, last: accepted })
    publish()
  })
  env.messages.on('prepared', ({ ballot: mine, last }, source) => {
    if (isDecided || compare(ballot, mine) !== 0) return
    prepares.set(source, last)
    if (prepares.size === majority) {
      const [latest = null] = [...prepares.values()].filter((each) => each !== null).sort(latestFirst)
      proposal = latest?.[1] ?? proposal
      if (proposal === null) throw new Error('a proposal, since this server has asked for votes')
      accepted = [ballot, proposal]
      accepts.add(env.name)
      broadcast({ kind: 'accept', ballot, proposal })
    }
    publish()
  })
  env.messages.on('accept', ({ ballot: theirs, proposal: proposed }, source) => {
    if (isDecided || compare(ballot, theirs) > 0) return
    ballot = theirs
    accepted = [ballot, proposed]
    env.messages.send(source, { kind: 'accepted', ballot })
    publish()
  })
  env.messages.on('accepted', ({ ballot: mine }, source) => {
    if (isDecided || compare(ballot, mine) !== 0 || proposal === null) return
    accepts.add(source)
    if (accepts.size === majority) {
      isDecided = true
      broadcast({ kind: 'decided', ballot, proposal })
      env.messages.send(proposal[1], { kind: 'put-ok', request: proposal[0] })
    }
    publish()
  })
  env.messages.on('decided', ({ ballot: theirs, proposal: chosen }) => {
    if (isDecided) return
    ballot = theirs
    accepted = [ballot, chosen]
    isDecided = true
    publish()
  })
  publish()
}

function compare(a: Ballot, b: Ballot): number {
  return a[0] - b[0] || a[1] - b[1]
}

function latestFirst(a: Accepted, b: Accepted): number {
  return compare(b[0], a[0])
}
