// Workloads: which of the calls that clients ask for are made.

import type { Arbitrary, Random } from 'fast-check'

import { ListArbitrary } from './list-arbitrary.ts'
import type { NodeId, Variation } from '../../sim/index.ts'

/** For each client the places of the calls that it makes, as a run's variation has it. */
export type Workload = NonNullable<Variation['calls']>

interface Call {
  readonly node: NodeId
  readonly place: number
}

/**
 * Workloads of clients that ask for at most so many calls each (`RunResult.callsAsked` of a run says how many it was).
 * Half of the values make all of them. Shrinks by leaving out pieces of ever smaller size.
 */
export function workloads(callsAsked: ReadonlyMap<NodeId, number>): Arbitrary<Workload> {
  const all = [...callsAsked].flatMap(([node, count]) =>
    allPlaces(count).map((place): Call => ({ node, place })),
  )
  const nodes = [...callsAsked.keys()]
  const calls = new ListArbitrary<Call>({
    draw: (random) => draw(random, all),
    read: (value) => (Array.isArray(value) && value.every(isCall) ? value : null),
  })
  return calls.map(
    (list) => workloadOf(list, nodes),
    (value) => callsOf(value, callsAsked),
  )
}

const denominators = [1, 1, 1, 2, 4, 16] as const

function draw(random: Random, all: readonly Call[]): readonly Call[] {
  const denominator = denominators[random.nextInt(0, denominators.length - 1)] ?? 1
  if (denominator === 1) return all
  return all.filter(() => random.nextInt(1, denominator) === 1)
}

function workloadOf(calls: readonly Call[], nodes: readonly NodeId[]): Workload {
  const places = new Map<NodeId, number[]>(nodes.map((node) => [node, []]))
  for (const { node, place } of calls) places.get(node)?.push(place)
  return Object.fromEntries(places)
}

/** Throws, as fast-check wants it, when the value is no workload of these clients. Who is not in it makes all calls. */
function callsOf(value: unknown, callsAsked: ReadonlyMap<NodeId, number>): readonly Call[] {
  if (typeof value !== 'object' || value === null) throw new TypeError('no workload')
  const workload = value as Workload
  if (Object.keys(workload).some((node) => !callsAsked.has(node)))
    throw new TypeError('a workload of other clients')
  return [...callsAsked].flatMap(([node, count]) =>
    (workload[node] ?? allPlaces(count)).map((place) => ({ node, place })),
  )
}

function allPlaces(count: number): readonly number[] {
  return Array.from({ length: count }, (_, place) => place)
}

function isCall(value: unknown): value is Call {
  if (typeof value !== 'object' || value === null) return false
  const { node, place } = value as Partial<Call>
  return typeof node === 'string' && Number.isSafeInteger(place) && Number(place) >= 0
}
