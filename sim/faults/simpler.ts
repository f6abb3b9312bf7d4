// Simpler versions of a fault: rarer, shorter, weaker, on fewer nodes, at a rounder instant. What shrinking tries, one step at a
// time, the boldest step first; each step leads to something simpler, so that trying again and again comes to an end.

import type { Fault, Links, PartitionShape } from './fault.ts'
import type { Duration, Instant } from '../time.ts'

type Fields = Readonly<Record<string, unknown>>

/** The number at which a field of this name does no harm. */
const harmless: ReadonlyMap<string, number> = new Map([
  ['factor', 1],
  ['ratio', 0],
  ['ppm', 0],
  ['by', 0],
  ['added', 0],
  ['window', 0],
  ['grace', 0],
])
/** Below this part of what it was, weakening a number goes no further. */
const finest = 64
const msInNs = 1_000_000

/** The faults that are one step simpler than this one, the boldest step first. */
export function simplerFaults(fault: Fault): readonly Fault[] {
  const fields: Fields = { ...fault }
  return [
    ...rarer(fault),
    ...shorter(fields),
    ...narrower(fault),
    ...plainer(fields),
    ...weaker(fields),
    ...rounder(fields),
  ].map((changed): Fault => Object.assign({}, fault, changed))
}

/** Above this many times, a trigger is tried only with a part of them: one less each time would take too many runs. */
const countedSingly = 32

/** A trigger that begins its fault fewer times. */
function rarer({ when }: Fault): readonly Fields[] {
  const timesMax = when?.timesMax ?? 1
  const steps = [
    whole(timesMax / 4),
    whole(timesMax / 2),
    ...(timesMax <= countedSingly ? [timesMax - 1] : []),
  ]
  const fewer = [...new Set(steps)].filter((step) => step >= 1)
  return fewer.map((step) => ({ when: { ...when, timesMax: step } }))
}

function shorter({ for: lasting }: Fields): readonly Fields[] {
  if (typeof lasting !== 'number' || lasting <= msInNs) return []
  return [8, 2].map((part) => ({ for: Math.max(msInNs, whole(lasting / part)) as Duration }))
}

function narrower(fault: Fault): readonly Fields[] {
  if (fault.kind === 'partition') return shapesWithin(fault.shape).map((shape) => ({ shape }))
  if (!('links' in fault)) return []
  return linksWithin(fault.links).map((links) => ({ links }))
}

/** Shapes that cut off fewer nodes, or in one direction only. */
function shapesWithin(shape: PartitionShape): readonly PartitionShape[] {
  switch (shape.kind) {
    case 'isolate':
      return shape.direction === 'both'
        ? (['in', 'out'] as const).map((direction) => ({ ...shape, direction }))
        : []
    case 'split':
      return smallestOf(shape.groups).map((node) => isolated(node))
    case 'bridge':
      return smallestOf([shape.left, shape.right]).map((node) => isolated(node))
    case 'ring':
      return shape.nodes.map((node) => isolated(node))
    case 'one-way':
      return [
        ...halves(shape.from).map((from) => ({ ...shape, from })),
        ...halves(shape.to).map((to) => ({ ...shape, to })),
      ]
  }
}

function isolated(node: string): PartitionShape {
  return { kind: 'isolate', node, direction: 'both' }
}

function smallestOf(groups: readonly (readonly string[])[]): readonly string[] {
  return groups.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function linksWithin(links: Links): readonly Links[] {
  const { from, to } = links
  return [
    ...(from === 'any' ? [] : halves(from).map((half) => ({ ...links, from: half }))),
    ...(to === 'any' ? [] : halves(to).map((half) => ({ ...links, to: half }))),
    ...(links.isSymmetric ? [{ ...links, isSymmetric: false }] : []),
  ]
}

function halves(nodes: readonly string[]): readonly (readonly string[])[] {
  if (nodes.length < 2) return []
  const middle = nodes.length >> 1
  return [nodes.slice(0, middle), nodes.slice(middle)]
}

/** Fields that name a way of failing, set to the plainest one. */
function plainer(fields: Fields): readonly Fields[] {
  const steps: Fields[] = []
  if (fields['kind'] === 'crash' && fields['disk'] !== 'kept') steps.push({ disk: 'kept' })
  if (fields['kind'] === 'crash' && fields['disk'] === 'drawn') steps.push({ disk: 'lost' })
  if (fields['connections'] === 'silent') steps.push({ connections: 'reset' })
  if (fields['cuts'] === 'in-flight') steps.push({ cuts: 'later' })
  return steps
}

function weaker(fields: Fields): readonly Fields[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const least = harmless.get(field)
    if (least === undefined || typeof value !== 'number') return []
    const distance = value - least
    const isWhole = Number.isInteger(value) && Math.abs(value) > 1
    const steps = [4, 2].map((part) => least + (isWhole ? whole(distance / part) : distance / part))
    return Math.abs(distance) * finest > Math.max(1, Math.abs(least)) / 4
      ? steps.filter((step) => step !== value && step !== least).map((step) => ({ [field]: step }))
      : []
  })
}

function rounder({ at }: Fields): readonly Fields[] {
  if (typeof at !== 'number') return []
  const steps = [1_000, 100, 10, 1].map((unit) => Math.floor(at / (unit * msInNs)) * unit * msInNs)
  return steps.filter((step) => step !== at && step > 0).map((step) => ({ at: step as Instant }))
}

function whole(value: number): number {
  return Math.trunc(value)
}
