// Where two runs part: the first event that differs, where each node first differs, and what happened around the first.

import type { EventPair, NodeDifference, RunDiff } from '../sim/index.ts'

import { differenceText, headerChangeLines, type Sides } from './difference-text.ts'
import { eventLines } from './event-lines.ts'
import { type Palette, plain } from './palette.ts'
import { countText } from './rows.ts'
import { shownText } from './shown-text.ts'

const nodesShown = 12

/** The report, without a line feed at the end. `sides` are the names of the two runs, such as their traces' paths. */
export function diffReport(diff: RunDiff, sides: Sides, palette: Palette = plain): string {
  if (diff.first === null) return sameLines(diff, sides, palette).join('\n')
  return [
    `${palette.bad(palette.bold('different'))}  after ${countText(diff.common)} events in common (${countsText(diff, sides)})`,
    ...headerChangeLines(diff.changes, sides, palette),
    '',
    ...pairLines('the first event that differs', diff.first, sides, palette),
    '',
    ...nodeLines(diff, sides, palette),
    ...neighbourhoodLines(diff, sides, palette),
  ].join('\n')
}

function sameLines(diff: RunDiff, sides: Sides, palette: Palette): readonly string[] {
  const headline = `${palette.good(palette.bold('same'))}  all ${countText(diff.common)} events`
  return diff.changes.length === 0
    ? [headline]
    : [headline, ...headerChangeLines(diff.changes, sides, palette)]
}

function countsText({ events }: RunDiff, sides: Sides): string {
  return `${sides.a}: ${countText(events.a)}, ${sides.b}: ${countText(events.b)}`
}

function pairLines(title: string, pair: EventPair, sides: Sides, palette: Palette): readonly string[] {
  const { difference } = pair
  const reason = difference === null ? '' : `: ${differenceText(difference, sides)}`
  return [
    `  ${title}${reason}`,
    ...sideLines(sides.a, pair.a, palette),
    ...sideLines(sides.b, pair.b, palette),
  ]
}

function sideLines(side: string, event: EventPair['a'], palette: Palette): readonly string[] {
  const lines = event === null ? [palette.dim('  nothing more')] : eventLines([event], { palette })
  return [`    ${side}:`, ...lines.map((line) => `    ${line}`)]
}

function nodeLines(diff: RunDiff, sides: Sides, palette: Palette): readonly string[] {
  if (diff.nodes.length === 0) return [`  ${sameBehaviour(diff)}`]
  const how = diff.method === 'label' ? ' (payloads differ throughout: aligned by kind and label)' : ''
  const shown = diff.nodes.slice(0, nodesShown).flatMap((node) => oneNode(node, sides, palette))
  const more = diff.nodes.length - nodesShown
  const unchanged =
    diff.unchanged.length === 0 ? [] : [`  no difference on ${diff.unchanged.map(nodeName).join(', ')}`]
  return [
    `  where each node first differs${how}:`,
    ...shown,
    ...(more > 0 ? [`    and ${more} more nodes`] : []),
    ...unchanged,
  ]
}

function sameBehaviour({ method }: RunDiff): string {
  return method === 'identity'
    ? 'every node did the same in the same order: only instants or numbers differ'
    : 'every node did the same by kind and label: only payloads differ'
}

function oneNode(node: NodeDifference, sides: Sides, palette: Palette): readonly string[] {
  const counts = alikeText(node.alike, sides)
  const first = node.isFirst ? palette.warning(', causally first') : ''
  const lines = [...sideLines(sides.a, node.a, palette), ...sideLines(sides.b, node.b, palette)]
  return [
    `    ${palette.node(nodeName(node.node))}${first}  ${palette.dim(`(${counts})`)}`,
    ...lines.map((line) => `  ${line}`),
  ]
}

function alikeText(alike: NodeDifference['alike'], sides: Sides): string {
  if (alike === null) return 'too little alike to align'
  const { common, onlyA, onlyB } = alike
  return `${countText(common)} alike, ${countText(onlyA)} only in ${sides.a}, ${countText(onlyB)} only in ${sides.b}`
}

function nodeName(node: string): string {
  return node === '' ? '(world)' : shownText(node)
}

function neighbourhoodLines(diff: RunDiff, sides: Sides, palette: Palette): readonly string[] {
  const [first] = diff.nodes
  if (first === undefined) return []
  const list = (
    side: string,
    events: RunDiff['neighbourhood']['a'],
    seq: number | undefined,
  ): readonly string[] => {
    const marked = new Set(seq === undefined ? [] : [seq])
    const lines = events.length === 0 ? [palette.dim('  nothing')] : eventLines(events, { palette, marked })
    return [`    ${side}:`, ...lines.map((line) => `    ${line}`)]
  }
  return [
    '',
    `  around it on ${nodeName(first.node)}:`,
    ...list(sides.a, diff.neighbourhood.a, first.a?.seq),
    ...list(sides.b, diff.neighbourhood.b, first.b?.seq),
  ]
}
