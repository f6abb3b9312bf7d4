// The recoverability budget: which drawn faults a run can take. Two accounts are kept for each group.
// (1) Service: at every instant a quorum of the group is up and able to work together. That is, some member that is up can
//     exchange messages, both ways, with enough members that are up to make a quorum with itself. (Not: every two of
//     them; in Jepsen's «majorities ring» each node sees another majority, and no majority sees all of itself.)
// (2) Data: faults that damage synced data hit, during the whole run, only nodes that a quorum can do without.
// Faults that a scenario writes itself are never refused, but they count: drawn faults yield to them.

import type { Fault } from './fault.ts'
import type { Outage } from './kinds/entry.ts'
import { faultBody } from './read-fault.ts'
import { entryOf } from './registry.ts'
import { quorumOf, type NodeGroup, type Topology } from './topology.ts'
import type { NodeId } from '../event.ts'
import type { RandomStream } from '../random.ts'

/** A fault that wants to be in a plan. */
export interface Candidate {
  readonly fault: Fault
  /** Whether the scenario wrote it itself: then it is in. */
  readonly isWritten: boolean
}

/** Why a fault is not in a plan. */
export type Refusal = 'service' | 'data'

/**
 * Decides for each candidate, in this order, whether the run can take it beside those before it and all that are
 * written. Timed candidates must come in the order of their begins; triggered ones are not counted, as nobody knows when
 * they begin. The result has a refusal for each candidate, undefined where it is in.
 */
export function judgeCandidates(
  candidates: readonly Candidate[],
  topology: Topology,
): readonly (Refusal | undefined)[] {
  const service = new ServiceAccount(topology)
  const data = new DataAccount(topology)
  for (const { fault } of candidates.filter(({ isWritten }) => isWritten)) {
    service.enter(spanOf(fault, topology), true)
    data.enter(fault)
  }
  return candidates.map(({ fault, isWritten }) => {
    if (isWritten || fault.at === undefined) return undefined
    if (!data.admits(fault)) return 'data'
    const span = spanOf(fault, topology)
    if (!service.admits(span)) return 'service'
    data.enter(fault)
    service.enter(span, false)
    return undefined
  })
}

/** The groups that cannot work at an instant under some faults of a plan, written or drawn, that are timed. */
export function brokenGroups(plan: readonly Fault[], topology: Topology, at: number): readonly NodeGroup[] {
  const spans = plan.map((fault) => spanOf(fault, topology)).filter((span) => span !== undefined)
  return brokenBy(
    spans.filter((span) => span.begin <= at && at < span.end),
    topology,
  )
}

/**
 * The nodes whose synced data may be damaged: of each group those that a quorum can do without, in drawn order, and
 * those first that a written fault damages anyway. Draws one shuffle for each group.
 */
export function drawDamageable(
  topology: Topology,
  written: readonly Fault[],
  random: RandomStream,
): ReadonlySet<NodeId> {
  const hit = new Set(written.map(damagedNode))
  const fragile = new Set(topology.nodes)
  for (const group of topology.groups) {
    const order = random.shuffle(group.nodes)
    const sorted = [...order.filter((node) => hit.has(node)), ...order.filter((node) => !hit.has(node))]
    for (const node of sorted.slice(spareOf(group))) fragile.delete(node)
  }
  return fragile
}

interface Span {
  readonly begin: number
  readonly end: number
  readonly outage: Outage
}

class ServiceAccount {
  readonly #topology: Topology
  readonly #writtenBegins: number[] = []
  readonly #written: Span[] = []
  #open: Span[] = []

  constructor(topology: Topology) {
    this.#topology = topology
  }

  enter(span: Span | undefined, isWritten: boolean): void {
    if (span === undefined) return
    if (isWritten) this.#writtenBegins.push(span.begin)
    ;(isWritten ? this.#written : this.#open).push(span)
  }

  /** Whether no group stops working that would work without the outage. Outages only grow when one begins. */
  admits(span: Span | undefined): boolean {
    if (span === undefined) return true
    this.#open = this.#open.filter(({ end }) => end > span.begin)
    const later = this.#writtenBegins.filter((begin) => begin > span.begin && begin < span.end)
    return [span.begin, ...later].every((instant) => this.#isBearable(span, instant))
  }

  #isBearable(span: Span, instant: number): boolean {
    const others = [...this.#written, ...this.#open].filter(
      ({ begin, end }) => begin <= instant && instant < end,
    )
    const broken = brokenBy([...others, span], this.#topology)
    if (broken.length === 0) return true
    const brokenAnyway = new Set(brokenBy(others, this.#topology))
    return broken.every((group) => brokenAnyway.has(group))
  }
}

class DataAccount {
  readonly #groups: readonly NodeGroup[]
  readonly #damaged = new Set<NodeId>()

  constructor(topology: Topology) {
    this.#groups = topology.groups
  }

  enter(fault: Fault): void {
    const node = damagedNode(fault)
    if (node !== undefined) this.#damaged.add(node)
  }

  admits(fault: Fault): boolean {
    const node = damagedNode(fault)
    if (node === undefined || this.#damaged.has(node)) return true
    return this.#groups
      .filter((group) => group.nodes.includes(node))
      .every((group) => this.#countIn(group) < spareOf(group))
  }

  #countIn(group: NodeGroup): number {
    return group.nodes.filter((node) => this.#damaged.has(node)).length
  }
}

/** The node whose synced data a fault may damage. */
function damagedNode(fault: Fault): NodeId | undefined {
  return entryOf(fault).isDataDamaging && 'node' in fault ? fault.node : undefined
}

function spareOf(group: NodeGroup): number {
  return Math.max(0, group.nodes.length - quorumOf(group))
}

/** When a fault puts something out of service; undefined when it does not, or nobody knows when. */
function spanOf(fault: Fault, topology: Topology): Span | undefined {
  if (fault.at === undefined) return undefined
  const body = faultBody(fault)
  const entry = entryOf(body)
  const outage = entry.outage?.(body, topology)
  if (outage === undefined || outage.nodes.length + outage.links.length === 0) return undefined
  const lasting = body.for ?? (entry.lasts === 'while' ? Infinity : 0)
  const end = fault.at + Math.max(lasting, outage.lastsMin ?? 0)
  return { begin: fault.at, end, outage }
}

function brokenBy(spans: readonly Span[], topology: Topology): readonly NodeGroup[] {
  const down = new Set(spans.flatMap(({ outage }) => outage.nodes))
  const cut = new Map<NodeId, Set<NodeId>>()
  for (const { outage } of spans)
    for (const { source, target } of outage.links) {
      const targets = cut.get(source)
      if (targets === undefined) cut.set(source, new Set([target]))
      else targets.add(target)
    }
  return topology.groups.filter((group) => !isServing(group, down, cut))
}

function isServing(
  group: NodeGroup,
  down: ReadonlySet<NodeId>,
  cut: ReadonlyMap<NodeId, ReadonlySet<NodeId>>,
): boolean {
  const quorum = quorumOf(group)
  const up = group.nodes.filter((node) => !down.has(node))
  const isCut = (source: NodeId, target: NodeId): boolean => cut.get(source)?.has(target) === true
  if (up.length < quorum || quorum === 0) return quorum === 0
  return up.some((centre) => {
    const reached = up.filter((node) => !isCut(centre, node) && !isCut(node, centre))
    return reached.length >= quorum
  })
}
