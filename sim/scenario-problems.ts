// What is wrong with what a scenario says, found at the gate before anything runs: all problems together.

import { diskProfileProblems } from './disk/index.ts'
import type { NodeId } from './event.ts'
import type { Invariant } from './invariant.ts'
import type { FieldsOf } from './known-fields.ts'
import type { Liveness } from './liveness/index.ts'
import { networkProfileProblems } from './net/index.ts'
import type { Parameters } from './parameters.ts'
import { Problems, problemsText } from './problems.ts'
import type { NodeSpec, PreparedScenario, ScenarioSpec } from './scenario.ts'

// So far that a run's end, and what its last steps still schedule, can be told to the nanosecond.
const lengthMax = Number.MAX_SAFE_INTEGER / 2 - 0.5
// A fault may add as much as -500,000 ppm: together they must not stand still.
const driftMax = 400_000
const inputsMax = 1_000_000_000

/** Throws a TypeError with all that is wrong with what a scenario says before its parameters are known. */
export function refuseSpec<P extends Parameters>(spec: ScenarioSpec<P>): void {
  const problems = new Problems()
  if (problems.fields<ScenarioSpec<P>>('fields', spec, specFields)) checkSpec(problems, spec)
  if (problems.list.length > 0)
    throw new TypeError(`scenario "${spec.title}": ${problemsText(problems.list)}`)
}

/** Throws a TypeError with all that is wrong with what a scenario is made of. */
export function refusePrepared(prepared: PreparedScenario): void {
  const { nodes, network, disk, names, faults, invariants, liveness } = prepared
  const problems = new Problems()
  checkNodes(problems, nodes)
  if (network !== null) {
    problems.addAll('network', networkProfileProblems(network))
    checkEnds(problems, network.overrides, nodes)
  }
  if (disk !== null) problems.addAll('disk', diskProfileProblems(disk))
  checkNames(problems, names, nodes)
  if (!Array.isArray(faults)) problems.add('faults', faults, 'a list of faults and profiles')
  checkInvariants(problems, invariants)
  if (liveness !== null) checkLiveness(problems, liveness, nodes)
  if (problems.list.length > 0) throw new TypeError(problemsText(problems.list))
}

function checkLiveness(problems: Problems, liveness: Liveness, nodes: readonly NodeSpec[]): void {
  if (!problems.fields<Liveness>('liveness', liveness, livenessFields)) return
  const { goal, within, members = {} }: Partial<Liveness> = liveness
  problems.whole('liveness.within', within ?? null, [1, lengthMax])
  if (typeof goal?.begin !== 'function' || !Array.isArray(goal.kinds))
    problems.add('liveness.goal', goal, 'a goal, such as operationsSucceed("client")')
  if (!Array.isArray(nodes)) return
  for (const [group, count] of Object.entries<unknown>(members)) {
    const size = nodes.filter((spec: Partial<NodeSpec> | null) => spec?.group === group).length
    if (size === 0) problems.add('liveness.members', group, 'names of groups')
    else problems.whole(`liveness.members.${group}`, count ?? null, [0, size])
  }
}

function checkInvariants(problems: Problems, invariants: PreparedScenario['invariants']): void {
  if (!Array.isArray(invariants)) return problems.add('invariants', invariants, 'a list of invariants')
  invariants.forEach((invariant: Partial<Invariant> | null | undefined, index) => {
    if (typeof invariant?.begin !== 'function' || !Array.isArray(invariant.kinds))
      problems.add(`invariants[${index}]`, invariant, 'an invariant')
  })
}

/** A name that a node has itself could never be looked up: it stands for that node. */
function checkNames(problems: Problems, names: unknown, nodes: readonly NodeSpec[]): void {
  if (!(names instanceof Map)) return problems.add('names', names, 'a Map from names to nodes')
  const taken = new Set(Array.isArray(nodes) ? nodes.map((node: Partial<NodeSpec> | null) => node?.name) : [])
  for (const name of names.keys())
    if (typeof name !== 'string' || name === '' || taken.has(name))
      problems.add('names', name, 'names that are texts, and that no node has itself')
}

function checkSpec<P extends Parameters>(problems: Problems, spec: ScenarioSpec<P>): void {
  const { title, parameters, nodes, exitsAllowed } = spec
  problems.text('title', title ?? null, 'the story in one line')
  if (typeof nodes !== 'function') problems.add('nodes', nodes, 'a function that gives the machines')
  if (parameters !== undefined && (typeof parameters !== 'object' || parameters === null))
    problems.add('parameters', parameters, 'an object of values and draws')
  problems.whole('duration', spec.duration ?? null, [1, lengthMax])
  problems.whole('settle', spec.settle, [0, lengthMax])
  problems.truth('unrestricted', spec.unrestricted)
  problems.truth('buggify', spec.buggify)
  problems.text('expectViolation', spec.expectViolation, 'the name of an invariant')
  if (exitsAllowed === undefined) return
  if (!Array.isArray(exitsAllowed)) problems.add('exitsAllowed', exitsAllowed, 'a list of exit codes')
  else
    exitsAllowed.forEach((code: unknown, index) => {
      problems.whole(`exitsAllowed[${index}]`, code ?? null, [0, 255])
    })
}

function checkNodes(problems: Problems, nodes: readonly NodeSpec[]): void {
  if (!Array.isArray(nodes)) {
    problems.add('nodes', nodes, 'a list of machines')
    return
  }
  const sizes = new Map<string, number>()
  for (const group of nodes.map((spec: Partial<NodeSpec> | null) => spec?.group))
    if (group !== undefined) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  const known = new Set<NodeId>()
  const quorums = new Map<string, number | undefined>()
  nodes.forEach((spec: NodeSpec, index) => {
    const place =
      typeof spec?.name === 'string' && spec.name !== '' ? `node "${spec.name}"` : `nodes[${index}]`
    if (!problems.fields<NodeSpec>(place, spec, nodeFields)) return
    checkNode(problems, place, spec)
    if (known.has(spec.name)) problems.add(`${place}.name`, spec.name, 'a name that no other node has')
    known.add(spec.name)
    checkQuorum(problems, place, { spec, size: sizes.get(spec.group ?? '') ?? 1, quorums })
  })
}

function checkNode(problems: Problems, place: string, spec: NodeSpec): void {
  problems.text(`${place}.name`, spec.name ?? null, 'a name that tells it apart')
  problems.text(`${place}.group`, spec.group, 'the name of a group')
  checkPrograms(problems, `${place}.programs`, spec.programs)
  problems.whole(`${place}.clockOffset`, spec.clockOffset, [-lengthMax, lengthMax])
  problems.number(`${place}.clockDriftPpm`, spec.clockDriftPpm, [-driftMax, driftMax])
  problems.whole(`${place}.restartAfterExit`, spec.restartAfterExit, [0, lengthMax])
  problems.whole(`${place}.inboxMax`, spec.inboxMax, [0, inputsMax])
  problems.truth(`${place}.mustFinish`, spec.mustFinish)
  const isNames = (value: unknown): boolean =>
    Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '')
  if (spec.operations !== undefined && !isNames(spec.operations))
    problems.add(`${place}.operations`, spec.operations, 'a list of the names of functions')
  if (spec.disk !== undefined) problems.addAll(`${place}.disk`, diskProfileProblems(spec.disk))
}

function checkPrograms(problems: Problems, place: string, programs: NodeSpec['programs']): void {
  const wanted = 'a program: a function, or one for each version'
  if (!(programs instanceof Map) || programs.size === 0) {
    problems.add(place, programs, wanted)
    return
  }
  for (const [version, program] of programs)
    if (typeof program !== 'function') problems.add(`${place}.${version}`, program, wanted)
}

interface QuorumCheck {
  readonly spec: NodeSpec
  /** How many nodes its group has. */
  readonly size: number
  /** What the first node of each group says. */
  readonly quorums: Map<string, number | undefined>
}

function checkQuorum(problems: Problems, place: string, { spec, size, quorums }: QuorumCheck): void {
  problems.whole(`${place}.quorum`, spec.quorum, [0, size])
  if (spec.group === undefined) return
  if (!quorums.has(spec.group)) quorums.set(spec.group, spec.quorum)
  else if (!Object.is(quorums.get(spec.group), spec.quorum))
    problems.add(
      `${place}.quorum`,
      spec.quorum,
      `what the first node of group ${spec.group} says: ${quorums.get(spec.group) ?? 'nothing'}`,
    )
}

function checkEnds(
  problems: Problems,
  overrides: NonNullable<PreparedScenario['network']>['overrides'],
  nodes: readonly NodeSpec[],
): void {
  if (!Array.isArray(overrides) || !Array.isArray(nodes)) return
  const known = new Set(nodes.map((spec: NodeSpec) => spec?.name))
  overrides.forEach((override: Partial<Record<'from' | 'to', unknown>>, index) => {
    for (const end of ['from', 'to'] as const)
      for (const name of [override?.[end]].flat())
        if (name !== undefined && name !== 'any' && !known.has(name as NodeId))
          problems.add(
            `network.overrides[${index}].${end}`,
            name,
            `nodes of this run: ${[...known].slice(0, 20).join(', ')}${known.size > 20 ? ', …' : ''}`,
          )
  })
}

const specFields: FieldsOf<ScenarioSpec<Parameters>> = {
  title: true,
  parameters: true,
  nodes: true,
  network: true,
  disk: true,
  names: true,
  faults: true,
  rules: true,
  exhaust: true,
  unrestricted: true,
  invariants: true,
  liveness: true,
  duration: true,
  settle: true,
  exitsAllowed: true,
  buggify: true,
  expectViolation: true,
}

const livenessFields: FieldsOf<Liveness> = { goal: true, within: true, members: true }

const nodeFields: FieldsOf<NodeSpec> = {
  name: true,
  programs: true,
  group: true,
  parameters: true,
  clockOffset: true,
  clockDriftPpm: true,
  restartAfterExit: true,
  disk: true,
  inboxMax: true,
  quorum: true,
  operations: true,
  mustFinish: true,
}
