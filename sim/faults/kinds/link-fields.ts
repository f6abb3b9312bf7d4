// Fields that name links, and links for people.

import { allThere, choice, node, nodes, truth, wholeBetween, withDefault } from '../field.ts'
import { objectField, unionField } from '../record.ts'
import type { Field } from '../field.ts'
import type { Links, PartitionShape } from '../fault.ts'
import { allLinks } from '../links.ts'

const ends: Field<Links['from']> = {
  wanted: '"any", or a list of nodes',
  read: (raw, path, problems) => (raw === 'any' ? raw : nodes.read(raw, path, problems)),
  expand: (value, resolve) => (value === 'any' ? [value] : (nodes.expand?.(value, resolve) ?? [value])),
}

/** Links by their ends; all links when nothing is given. */
export const links: Field<Links> = withDefault(
  objectField<Links>('links: { from, to, isSymmetric }', {
    from: withDefault(ends, 'any'),
    to: withDefault(ends, 'any'),
    isSymmetric: withDefault(truth, true),
  }),
  allLinks,
)

/** Links for people. */
export function linksText({ from, to, isSymmetric }: Links): string {
  if (from === 'any' && to === 'any') return 'all links'
  return `${endsText(from)} ${isSymmetric ? '<->' : '->'} ${endsText(to)}`
}

const sides: Field<readonly (readonly string[])[]> = {
  wanted: 'a list of at least two lists of nodes',
  read(raw, path, problems) {
    if (!Array.isArray(raw) || raw.length < 2 || raw.length > 1_000)
      return problems.add(path, raw, 'a list of 2 to 1000 lists of nodes')
    return allThere(raw.map((side: unknown, index) => nodes.read(side, `${path}[${index}]`, problems)))
  },
  expand(value, resolve) {
    const result: (readonly string[])[] = []
    for (const side of value) {
      const expanded = nodes.expand?.(side, resolve) ?? [side]
      if ('unresolved' in expanded) return expanded
      result.push(...expanded)
    }
    return [result]
  },
}

/** The shape of a partition. */
export const shape: Field<PartitionShape> = unionField<PartitionShape>({
  split: { groups: sides },
  'one-way': { from: nodes, to: nodes },
  isolate: { node, direction: withDefault(choice('both', 'in', 'out'), 'both') },
  bridge: { bridge: node, left: nodes, right: nodes },
  ring: { nodes, reach: withDefault(wholeBetween(1, 10_000), 1) },
})

/** The shape of a partition for people. */
export function shapeText(value: PartitionShape): string {
  switch (value.kind) {
    case 'split':
      return value.groups.map(list).join(' | ')
    case 'one-way':
      return `${list(value.from)} -> ${list(value.to)}`
    case 'isolate':
      return value.direction === 'both'
        ? `${value.node} alone`
        : `${value.node} alone (${value.direction} only)`
    case 'bridge':
      return `${list(value.left)} | ${value.bridge} | ${list(value.right)}, bridged by ${value.bridge}`
    case 'ring':
      return `ring of ${list(value.nodes)}, reach ${value.reach}`
  }
}

function endsText(value: Links['from']): string {
  return value === 'any' ? 'any' : list(value)
}

function list(names: readonly string[]): string {
  return names.join(' ')
}
