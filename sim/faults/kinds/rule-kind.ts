// The fault that is a rule: this very message lost or late, and no other.

import { choice, durationFrom, type Field, nodes, optional, text, wholeBetween } from '../field.ts'
import type { EntriesOf, EntryOf, Outage } from './entry.ts'
import type { PacketPattern, RuleFault, Verdict } from '../fault.ts'
import { linkPairs } from '../links.ts'
import { type PlanProblem, PlanProblems } from '../plan-error.ts'
import { objectField, unionField } from '../record.ts'
import type { Topology } from '../topology.ts'
import type { NodeId } from '../../event.ts'
import { formatDuration, ns } from '../../time.ts'

const kindOfMessage = text('a kind of message')
const kindsOfMessages: Field<readonly string[]> = {
  wanted: 'a list of kinds of messages',
  read(raw, path, problems) {
    if (!Array.isArray(raw) || raw.length === 0 || raw.length > 1_000)
      return problems.add(path, raw, 'a list of 1 to 1000 kinds of messages')
    const kinds = raw.map((each: unknown, index) => kindOfMessage.read(each, `${path}[${index}]`, problems))
    return kinds.every((kind): kind is string => kind !== undefined) ? kinds : undefined
  },
}

/** Which packets a rule concerns. */
const packetPattern: Field<PacketPattern> = objectField<PacketPattern>(
  'packets: { carries?, from?, to?, messages?, port? }',
  {
    carries: optional(choice('message', 'datagram', 'segment')),
    from: optional(nodes),
    to: optional(nodes),
    messages: optional(kindsOfMessages),
    port: optional(wholeBetween(1, 65_535)),
  },
)

/** What a rule says of them. */
const ruleVerdict: Field<Verdict> = unionField<Verdict>({
  pass: {},
  drop: {},
  delay: { by: durationFrom(ns(1)) },
})

const rule: EntryOf<'rule'> = {
  target: 'network',
  meaning: 'what is sent and matches `packets` is lost, late, or spared from rules that begin later',
  lasts: 'while',
  isDataDamaging: false,
  fields: {
    packets: packetPattern,
    verdict: ruleVerdict,
    countMax: optional(wholeBetween(1, Number.MAX_SAFE_INTEGER)),
  },
  text: ruleText,
  begin(fault, { controls, origin }) {
    const { packets, verdict, countMax } = fault
    return controls.network.addRule(
      { packets, verdict, ...(countMax === undefined ? {} : { countMax }) },
      origin,
    )
  },
  outage: ruleOutage,
}

/** The entry of rules. */
export const ruleKinds: EntriesOf<'rule'> = { rule }

/** What is wrong with a rule that may be anything, and names no node but these. */
export function ruleProblems(
  rule: { readonly packets: unknown; readonly verdict: unknown },
  path: string,
  known: readonly NodeId[],
): readonly PlanProblem[] {
  const problems = new PlanProblems()
  ruleVerdict.read(rule.verdict, `${path}.verdict`, problems)
  const pattern = packetPattern.read(rule.packets, `${path}.test`, problems)
  for (const end of ['from', 'to'] as const)
    for (const name of pattern?.[end] ?? [])
      if (!known.includes(name))
        problems.add(`${path}.test.${end}`, name, `a node of this run: ${known.join(', ')}`)
  return problems.list
}

/** Only who loses everything is cut off. */
function ruleOutage({ packets, verdict, countMax }: RuleFault, topology: Topology): Outage {
  const { carries, from = 'any', to = 'any', messages, port } = packets
  const isSelective = [carries, messages, port, countMax].some((each) => each !== undefined)
  if (verdict.kind !== 'drop' || isSelective) return { nodes: [], links: [] }
  return { nodes: [], links: linkPairs({ from, to, isSymmetric: false }, topology.nodes) }
}

function ruleText({ packets, verdict, countMax }: RuleFault): string {
  const { carries = 'packet', from, to, messages, port } = packets
  const parts = [
    verdict.kind,
    messages === undefined ? `every ${carries}` : messages.join(' or '),
    ...(port === undefined ? [] : [`to port ${port}`]),
    ...(from === undefined ? [] : [`from ${from.join(' ')}`]),
    ...(to === undefined ? [] : [`to ${to.join(' ')}`]),
    ...(verdict.kind === 'delay' ? [`by ${formatDuration(verdict.by)}`] : []),
    ...(countMax === undefined ? [] : [`at most ${countMax} times`]),
  ]
  return parts.join(' ')
}
