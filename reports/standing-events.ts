// What of a run's past still holds at some place of it: whoever shows only what comes behind that place needs these events
// to say who is down, which faults last, what nodes published, what is under way.

import type { Event, EventOf, NodeId } from '../sim/index.ts'

import { isMoment, lastsUntilHealed } from './viewer/model/fault-duration.ts'
import { directoryOf, writes } from './viewer/model/unsynced.ts'

/** So many events are kept at most; of more, those that are longest past are forgotten. */
const eventsMax = 10_000

/**
 * Takes the events of a run in their order, and keeps those that still hold: the last of each node's life, faults and pauses
 * without an end, the last value of each probe, calls, messages, timers and disk requests without an answer, files that were
 * changed and not synced since, the phase. At most 10,000 of them.
 */
export class StandingEvents {
  /** By node and by what each says; what concerns no node in particular stands under ''. */
  readonly #nodes = new Map<NodeId, Map<string, Event>>()
  #count = 0

  /** Those that hold after the event taken last, in the order of the log. */
  list(): readonly Event[] {
    return [...this.#nodes.values()].flatMap((own) => [...own.values()]).sort((a, b) => a.seq - b.seq)
  }

  /** Takes the next event. */
  take(event: Event): void {
    switch (event.kind) {
      case 'start':
      case 'crash':
      case 'stop':
      case 'exit':
        return this.#takeLife(event)
      case 'pause':
        return this.#hold('pause', event)
      case 'resume':
        return this.#release(event.node, 'pause')
      case 'probe':
        return this.#hold(`probe ${event.name}`, event)
      case 'operation':
        if (event.phase === 'invoke') return this.#hold(`call ${event.id}`, event)
        return this.#release(event.node, `call ${event.id}`)
      case 'timer-set':
        return this.#hold(`timer ${event.timer}`, event)
      case 'timer-fire':
      case 'timer-cancel':
        return this.#release(event.node, `timer ${event.timer}`)
      case 'disk-request':
        return this.#takeRequest(event)
      case 'disk-result':
        return this.#takeResult(event)
      case 'disk-crash':
        return this.#release(event.node, `written ${event.path}`)
      default:
        return this.#takeOther(event)
    }
  }

  #takeOther(event: Event): void {
    switch (event.kind) {
      case 'send':
      case 'datagram-send':
      case 'duplicate':
        return this.#hold(`message ${event.seq}`, event, '')
      case 'deliver':
      case 'datagram-deliver':
      case 'drop':
        return this.#release('', `message ${event.cause}`)
      case 'fault-begin':
        if (!isMoment(event.fault)) this.#hold(`fault ${event.index}`, event, '')
        return
      case 'fault-end':
        return this.#endFaults((fault) => fault.index === event.index && !lastsUntilHealed(fault.fault))
      case 'phase':
        if (event.phase === 'healed') this.#endFaults(({ fault }) => lastsUntilHealed(fault))
        return this.#hold('phase', event, '')
      default:
        return undefined
    }
  }

  /** With a program's incarnation end its pause, its timers and what it asked of its disk. */
  #takeLife(event: EventOf<'start' | 'crash' | 'stop' | 'exit'>): void {
    for (const name of this.#nodes.get(event.node)?.keys() ?? [])
      if (/^(pause$|timer |request )/.test(name) || (event.kind === 'start' && isOfFile(name)))
        this.#release(event.node, name)
    this.#hold('life', event)
  }

  #takeRequest(event: EventOf<'disk-request'>): void {
    const { node, operation, path, seq, flags } = event
    this.#hold(`request ${seq}`, event)
    if (writes.has(operation)) this.#hold(`written ${path}`, event)
    if (operation !== 'open') return
    if (flags?.split(',').includes('sync') === true) this.#hold(`opened ${path}`, event)
    else this.#release(node, `opened ${path}`)
  }

  #takeResult(event: EventOf<'disk-result'>): void {
    const { node, operation, path, cause, error } = event
    const own = this.#nodes.get(node)
    const asked = own?.get(`request ${cause}`)
    this.#release(node, `request ${cause}`)
    if (error === undefined)
      this.#takeChange(event, asked, writes.has(operation) && own?.has(`opened ${path}`) === true)
    // Whoever sees a request without its answer takes it for one that waits.
    if (requestNames.some((name) => own?.get(`${name} ${path}`)?.seq === cause))
      this.#hold(`answer ${cause}`, event)
  }

  #takeChange(event: EventOf<'disk-result'>, asked: Event | undefined, isCertain: boolean): void {
    const { node, operation, path, cause } = event
    switch (isCertain ? 'sync' : operation) {
      case 'sync':
        // What was written after the sync was asked for may not be on disk.
        if ((this.#nodes.get(node)?.get(`written ${path}`)?.seq ?? Infinity) <= cause)
          this.#release(node, `written ${path}`)
        return
      case 'sync-directory':
        return this.#releaseEntries(node, path, cause)
      case 'unlink':
        this.#release(node, `written ${path}`)
        if (asked !== undefined) this.#hold(`asked ${path}`, asked)
        return this.#hold(`entry ${path}`, event)
      case 'rename':
        if (asked?.kind === 'disk-request') this.#rename(asked, event)
        return undefined
      default:
        return undefined
    }
  }

  #rename(asked: EventOf<'disk-request'>, event: Event): void {
    const { node, path, target = '' } = asked
    const written = this.#nodes.get(node)?.get(`written ${path}`)
    const answer = this.#nodes.get(node)?.get(`answer ${written?.seq ?? 0}`)
    for (const each of [target, path]) this.#release(node, `written ${each}`)
    if (written !== undefined) this.#hold(`written ${target}`, written)
    if (answer !== undefined) this.#hold(`answer ${answer.cause}`, answer)
    this.#hold(`asked ${target}`, asked)
    this.#hold(`entry ${target}`, event)
  }

  #releaseEntries(node: NodeId, directory: string, before: number): void {
    for (const [name, { seq }] of this.#nodes.get(node) ?? []) {
      const path = /^(?:entry|asked) (.*)$/s.exec(name)?.[1]
      if (path !== undefined && seq < before && directoryOf(path) === directory) this.#release(node, name)
    }
  }

  #endFaults(isOver: (fault: EventOf<'fault-begin'>) => boolean): void {
    for (const [name, event] of this.#nodes.get('') ?? [])
      if (event.kind === 'fault-begin' && isOver(event)) this.#release('', name)
  }

  #hold(name: string, event: Event, node: NodeId = event.node): void {
    const own = this.#nodes.get(node) ?? new Map<string, Event>()
    this.#nodes.set(node, own)
    this.#release(node, name)
    own.set(name, event)
    this.#count++
    if (this.#count > eventsMax) this.#forget()
  }

  #release(node: NodeId, name: string): void {
    const own = this.#nodes.get(node)
    const event = own?.get(name)
    if (event === undefined) return
    own?.delete(name)
    this.#count--
    if (event.kind === 'disk-request' && !isTransient(name)) this.#release(node, `answer ${event.seq}`)
  }

  /** Forgets the older half, so that it is rarely done; what lasts is forgotten last. */
  #forget(): void {
    const all = [...this.#nodes].flatMap(([node, own]) =>
      [...own].map(([name, { seq }]) => ({ node, name, seq, lasts: Number(!isTransient(name)) })),
    )
    all.sort((a, b) => a.lasts - b.lasts || a.seq - b.seq)
    for (const { node, name } of all.slice(0, all.length >> 1)) this.#release(node, name)
  }
}

/** Under which names a file's request may stand once it was answered. */
const requestNames = ['written', 'opened'] as const

/** What comes and goes with every request. */
function isTransient(name: string): boolean {
  return /^(message|timer|request|call) /.test(name)
}

function isOfFile(name: string): boolean {
  return /^(written|opened|entry|asked) /.test(name)
}
