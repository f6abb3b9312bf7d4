// A world of states and words: it does what the levers say to the states of its nodes, and writes down what was pulled.

import type { FaultHost, FaultOrigin, NodeState, Release, WorldControls } from '../controls.ts'
import { FaultDriver } from '../driver.ts'
import type { FaultPlan } from '../fault.ts'
import { readPlan } from '../plan.ts'
import type { Link, Topology } from '../topology.ts'
import type { Event } from '../../event.ts'
import { formatDuration, type Duration, type Instant } from '../../time.ts'

/** Five servers and two clients. */
export const fiveServers: Topology = {
  nodes: ['s1', 's2', 's3', 's4', 's5', 'c1', 'c2'],
  groups: [
    { name: 'store', nodes: ['s1', 's2', 's3', 's4', 's5'], versions: ['1', '2'] },
    { name: 'client', nodes: ['c1', 'c2'], quorum: 0 },
  ],
}

interface Pending {
  readonly at: number
  readonly order: number
  readonly action: () => void
  isCancelled: boolean
}

/** The world and the driver that disturbs it. */
export class RecordedWorld {
  readonly lines: string[] = []
  readonly states: Map<string, NodeState> = new Map()
  readonly origins: FaultOrigin[] = []
  readonly driver: FaultDriver
  readonly #pending: Pending[] = []
  #now = 0
  #seq = 0

  /** `plan` may be written as a file would write it. */
  constructor(plan: unknown, topology: Topology = fiveServers) {
    for (const node of topology.nodes) this.states.set(node, 'running')
    const faults: FaultPlan = readPlan(plan)
    const { host, controls } = this
    this.driver = new FaultDriver({ plan: faults, topology, host, controls })
    this.driver.start(1)
    this.#seq = 1
  }

  /** How many wake-ups are waiting in the kernel. */
  get waiting(): number {
    return this.#pending.filter(({ isCancelled }) => !isCancelled).length
  }

  /** Lets virtual time pass up to and including an instant. */
  runTo(instant: Duration): this {
    for (let next = this.#next(instant); next !== undefined; next = this.#next(instant)) {
      next.isCancelled = true
      this.#now = next.at
      next.action()
    }
    this.#now = instant
    return this
  }

  /** Lets an event happen now. */
  happen(
    event: Readonly<Record<string, unknown>> & { readonly kind: string; readonly node: string },
  ): number {
    const seq = ++this.#seq
    this.#say(`${event.node} ${event.kind} [${seq}]`)
    this.driver.observe({ seq, at: this.#now, cause: 0, ...event } as Readonly<Record<string, unknown>> &
      Event)
    return seq
  }

  /** What was written down, as a text. */
  story(): string {
    return this.lines.join('\n')
  }

  readonly host: FaultHost = {
    now: () => this.#now as Instant,
    schedule: (at, action) => {
      const pending: Pending = { at, order: this.#pending.length, action, isCancelled: false }
      this.#pending.push(pending)
      return {
        cancel: () => {
          pending.isCancelled = true
        },
      }
    },
    emit: (kind, fields, cause) => {
      const seq = ++this.#seq
      const fault = 'fault' in fields ? ` ${JSON.stringify(fields.fault)}` : ''
      this.#say(`${kind} #${fields.index}${fault} [${seq} <- ${cause}]`)
      return seq
    },
    countStep: () => true,
  }

  readonly controls: WorldControls = {
    nodes: {
      state: (node) => this.states.get(node) ?? 'down',
      crash: (node, { connections, disk }, cause) =>
        this.#turn(
          node,
          { from: ['running', 'paused', 'stopping'], to: 'down' },
          `crash ${connections} ${disk}`,
          cause,
        ),
      stop: (node, grace, cause) =>
        this.#turn(node, { from: ['running', 'paused'], to: 'down' }, `stop ${formatDuration(grace)}`, cause),
      start: (node, cause, version) =>
        this.#turn(
          node,
          { from: ['down', 'stopping'], to: 'running' },
          version === undefined ? 'start' : `start in ${version}`,
          cause,
        ),
      pause: (node, cause) => this.#turn(node, { from: ['running'], to: 'paused' }, 'pause', cause),
      resume: (node, cause) => this.#turn(node, { from: ['paused'], to: 'running' }, 'resume', cause),
      setCpuFactor: (node, factor, cause) => {
        this.#say(`${node}: cpu ${factor} [<- ${cause}]`)
      },
      stepClock: (node, by, cause) => {
        this.#say(`${node}: clock step ${formatDuration(by)} [<- ${cause}]`)
      },
      setDrift: (node, ppm, cause) => {
        this.#say(`${node}: drift ${ppm} [<- ${cause}]`)
      },
      slewClock: (node, by, ppm, cause) => {
        this.#say(`${node}: slew ${formatDuration(by)} at ${ppm} [<- ${cause}]`)
      },
      correctClock: (node, cause) => {
        this.#say(`${node}: clock corrected [<- ${cause}]`)
      },
    },
    network: {
      block: (links, cuts, origin) => this.#hold(`block ${cuts} ${linkTexts(links)}`, origin),
      disturb: (links, { kind, ...rest }, origin) =>
        this.#hold(`${kind} ${JSON.stringify(rest)} ${linkTexts(links)}`, origin),
      addRule: (rule, origin) => this.#hold(`rule ${JSON.stringify(rule)}`, origin),
      freezeNames: (node, name, origin) => this.#hold(`freeze ${name ?? 'all'} at ${node}`, origin),
      failNames: (node, name, origin) => this.#hold(`fail ${name ?? 'all'} at ${node}`, origin),
      moveName: (name, node, origin) => this.#hold(`move ${name} to ${node}`, origin),
      shelter: (nodes) => {
        this.#say(`shelter ${[...nodes].join(' ')}`)
      },
    },
    disk: (node) => ({
      begin: (fault, origin) => this.#hold(`${node}: ${JSON.stringify(fault)}`, origin),
    }),
  }

  #turn(
    node: string,
    { from, to }: { readonly from: readonly NodeState[]; readonly to: NodeState },
    words: string,
    cause: number,
  ): boolean {
    if (!from.includes(this.states.get(node) ?? 'down')) return false
    this.states.set(node, to)
    this.#say(`${node}: ${words} [<- ${cause}]`)
    return true
  }

  #hold(words: string, origin: FaultOrigin): Release {
    this.origins.push(origin)
    this.#say(`${words} [<- ${origin.cause}]`)
    return () => {
      this.#say(`release ${words.split(' ').slice(0, 2).join(' ')}`)
    }
  }

  #say(words: string): void {
    this.lines.push(`${formatDuration(this.#now as Duration).padStart(6)} ${words}`)
  }

  #next(instant: number): Pending | undefined {
    const due = this.#pending.filter(({ at, isCancelled }) => !isCancelled && at <= instant)
    return due.sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}

function linkTexts(links: readonly Link[]): string {
  return links.length > 12
    ? `${links.length} links`
    : links.map(({ source, target }) => `${source}>${target}`).join(' ')
}
