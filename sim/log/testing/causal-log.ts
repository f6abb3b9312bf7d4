// Logs of a small imaginary cluster whose causes obey the rules: nodes start, send, deliver, set timers and let them fire,
// write to their disks. For property tests of what reads causality.

import * as fc from 'fast-check'

import type { Event, EventKind } from '../../event.ts'

interface Draft {
  readonly action: 'send' | 'deliver' | 'timer' | 'fire' | 'disk' | 'result' | 'probe'
  readonly node: number
  readonly pick: number
  readonly gap: number
}

const nodeNames = ['a', 'b', 'c'] as const

const draft: fc.Arbitrary<Draft> = fc.record({
  action: fc.constantFrom('send', 'deliver', 'timer', 'fire', 'disk', 'result', 'probe'),
  node: fc.nat(nodeNames.length - 1),
  pick: fc.nat(1000),
  gap: fc.nat(50_000_000),
})

/** Causal logs of three nodes. */
export const causalLog: fc.Arbitrary<readonly Event[]> = fc
  .array(draft, { maxLength: 120 })
  .map((drafts) => causalLogOf(drafts))

/** Plays a list of drafts; what is not possible where it stands is left out. */
export function causalLogOf(drafts: readonly Draft[]): readonly Event[] {
  const cluster = new Cluster()
  for (const step of drafts) cluster.play(step)
  return cluster.events
}

/** A long log from a simple rule, for tests of size: the same numbers give the same log. */
export function longCausalLog(count: number, turn: number): readonly Event[] {
  const actions = ['send', 'deliver', 'timer', 'fire', 'disk', 'result', 'probe'] as const
  const drafts: Draft[] = []
  let x = turn
  for (let index = 0; index < count; index++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0
    const action = actions[(x >>> 16) % actions.length] as Draft['action']
    drafts.push({ action, node: (x >>> 8) % nodeNames.length, pick: x >>> 20, gap: x % 1000 })
  }
  return causalLogOf(drafts)
}

class Cluster {
  readonly events: Event[] = []
  readonly #pending: { readonly [kind: string]: Event[] } = { send: [], 'timer-set': [], 'disk-request': [] }
  readonly #inputs: number[] = []
  #at = 0

  constructor() {
    for (const node of nodeNames)
      this.#inputs.push(this.#add(node, 'start', 0, { incarnation: 1, version: '1' }).seq)
  }

  play({ action, node, pick, gap }: Draft): void {
    this.#at += gap
    const name = nodeNames[node] as string
    const value = pick % 7
    if (action === 'probe') this.#output(node, 'probe', { name: 'state', value })
    if (action === 'timer')
      this.#output(node, 'timer-set', { timer: this.events.length, due: this.#at + pick })
    if (action === 'disk') this.#output(node, 'disk-request', { operation: 'sync', path: `/${name}` })
    if (action === 'send') {
      const target = nodeNames[pick % nodeNames.length] as string
      this.#output(node, 'send', { target, size: 10, message: { kind: 'say', value } })
    }
    if (action === 'deliver') this.#result('send', pick, 'deliver')
    if (action === 'fire') this.#result('timer-set', pick, 'timer-fire')
    if (action === 'result') this.#result('disk-request', pick, 'disk-result')
  }

  #output(node: number, kind: EventKind, own: object): void {
    const event = this.#add(nodeNames[node] as string, kind, this.#inputs[node] as number, own)
    this.#pending[kind]?.push(event)
  }

  #result(request: string, pick: number, kind: EventKind): void {
    const pending = this.#pending[request] as Event[]
    if (pending.length === 0) return
    const [cause] = pending.splice(pick % pending.length, 1) as [Event]
    const node = cause.kind === 'send' ? cause.target : cause.node
    const event = this.#add(node, kind, cause.seq, resultFields(cause))
    this.#inputs[nodeNames.indexOf(node as 'a')] = event.seq
  }

  #add(node: string, kind: EventKind, cause: number, own: object): Event {
    const event: object = { seq: this.events.length + 1, at: this.#at, node, kind, cause, ...own }
    this.events.push(event as Event)
    return event as Event
  }
}

function resultFields(cause: Event): object {
  if (cause.kind === 'send') return { source: cause.node, message: cause.message }
  if (cause.kind === 'timer-set') return { timer: cause.timer }
  return cause.kind === 'disk-request' ? { operation: cause.operation, path: cause.path } : {}
}
