// Draws the fault plan of a run: what the scenario wrote and what its profiles draw from the seed, less what the run
// could not recover from.

import { drawDamageable, judgeCandidates, type Candidate, type Refusal } from './budget.ts'
import type { Fault, FaultPlan, NamesChangeFault, UpgradeFault } from './fault.ts'
import { drawnResolver, isEventPlaceholder } from './placeholder.ts'
import { PlanProblems } from './plan-error.ts'
import type { DrawContext, FaultProfile, FaultWindow } from './profiles/profile.ts'
import { readFault } from './read-fault.ts'
import { expandPlanned } from './resolve-fault.ts'
import { type Topology, versionsOf } from './topology.ts'
import type { WrittenFault } from './written-fault.ts'
import type { NodeId } from '../event.ts'
import { randomStream, type RandomStream, type Seed } from '../random.ts'
import { between, formatDuration, type Instant, instantZero, ns } from '../time.ts'

/** What a scenario lists under `faults`: profiles, faults, and lists of them. */
export type FaultSource = FaultProfile | WrittenFault | readonly FaultSource[]

/** What a plan is drawn from. */
export interface PlanDrawing {
  readonly sources: readonly FaultSource[]
  readonly topology: Topology
  readonly seed: Seed
  /** When drawn faults begin; written ones say it themselves. */
  readonly window: FaultWindow
  /** Lifts the recoverability budget (default false). */
  readonly isUnrestricted?: boolean
  /** How many times as often profiles strike as they say, by their names; 0 not at all (default 1). */
  readonly intensities?: { readonly [profile: string]: number }
}

/** A plan as drawn, and what was left out of it. */
export interface DrawnPlan {
  /** In the order of time; triggered faults last. All nodes are named, but for `$node` and `$others`. */
  readonly plan: FaultPlan
  /** What drew each fault of the plan: a profile's name and its place among those of the name, `NAME/INDEX`, or `written`. */
  readonly sources: readonly string[]
  /** What was drawn and would have gone beyond the recoverability budget. */
  readonly dropped: readonly DroppedFault[]
}

/** A drawn fault that is not in the plan. */
export interface DroppedFault {
  readonly fault: Fault
  readonly profile: string
  /** `service`: a group would have been without a quorum; `data`: too many nodes would have had damaged data. */
  readonly why: Refusal
}

interface Drawn extends Candidate {
  readonly origin: string
  readonly source: string
}

/**
 * Draws a plan. The same drawing gives the same plan. Each profile draws from the stream `faults/NAME/INDEX`, where the
 * index counts the profiles of that name before it: leaving one out leaves all others as they were, before the budget.
 * @throws PlanError when a written fault or a profile's option is wrong, names a node or group that does not exist, or
 *   begins after the window's end.
 */
export function drawPlan(drawing: PlanDrawing): DrawnPlan {
  const sources = flatten(drawing.sources)
  const written = resolveWritten(sources.filter(isWritten), drawing)
  const drawn = drawProfiles(sources.filter(isProfile), written, drawing)
  const all = [...written.map((fault) => ({ fault, isWritten: true, ...ofScenario })), ...drawn]
  const sorted = sortByBegin(all)
  const refusals = drawing.isUnrestricted === true ? [] : judgeCandidates(sorted, drawing.topology)
  const kept = sorted.filter((_, index) => refusals[index] === undefined)
  return {
    plan: Object.freeze(kept.map(({ fault }) => fault)),
    sources: kept.map(({ source }) => source),
    dropped: sorted.flatMap(({ fault, origin }, index) => {
      const why = refusals[index]
      return why === undefined ? [] : [{ fault, profile: origin, why }]
    }),
  }
}

const ofScenario = { origin: 'written', source: 'written' }

/** The names of the profiles that a scenario lists, each once. */
export function profileNames(sources: readonly FaultSource[]): readonly string[] {
  return [
    ...new Set(
      flatten(sources)
        .filter(isProfile)
        .map(({ name }) => name),
    ),
  ]
}

/**
 * What the profile of that place, `NAME/INDEX`, might have drawn as well, struck as often as makes it likely to be something.
 * Before the budget; empty when the drawing has no such profile or has it switched off.
 */
export function redraw(drawing: PlanDrawing, source: string, random: RandomStream): readonly Fault[] {
  const sources = flatten(drawing.sources)
  const profile = profilesBySource(sources).get(source)
  const intensity = profile === undefined ? 0 : (drawing.intensities?.[profile.name] ?? 1)
  if (profile === undefined || intensity === 0) return []
  const damageable = damageableOf(resolveWritten(sources.filter(isWritten), drawing), drawing)
  return drawnBy(profile, drawing, { random, damageable, intensity: intensity * redrawnMore })
}

/** A profile that strikes once in many runs has to show what it draws. */
const redrawnMore = 8

/** The profiles of a drawing, by their names and places among those of the name: `NAME/INDEX`. */
export function sourcesOf({ sources, intensities = {} }: PlanDrawing): readonly string[] {
  const profiles = profilesBySource(flatten(sources))
  return [...profiles].flatMap(([source, { name }]) => ((intensities[name] ?? 1) === 0 ? [] : [source]))
}

function profilesBySource(
  sources: readonly (FaultProfile | WrittenFault)[],
): ReadonlyMap<string, FaultProfile> {
  const counts = new Map<string, number>()
  return new Map(
    sources.filter(isProfile).map((profile) => {
      const count = counts.get(profile.name) ?? 0
      counts.set(profile.name, count + 1)
      return [`${profile.name}/${count}`, profile] as const
    }),
  )
}

function flatten(sources: readonly FaultSource[]): readonly (FaultProfile | WrittenFault)[] {
  return sources.flatMap((source) => (isList(source) ? flatten(source) : [source]))
}

function resolveWritten(
  sources: readonly WrittenFault[],
  { topology, seed, window }: PlanDrawing,
): readonly Fault[] {
  const problems = new PlanProblems()
  const faults = sources.flatMap((source, index) => {
    const fault = readFault(source, `faults[${index}]`, problems)
    if (fault === undefined) return []
    checkBegin(fault, window.end, { path: `faults[${index}]`, problems })
    const random = randomStream(seed, `faults/written/${index}`)
    const expanded = expandPlanned(fault, drawnResolver(topology, random))
    if (!('unresolved' in expanded)) {
      for (const each of expanded) checkChoice(each, topology, { path: `faults[${index}]`, problems })
      return expanded
    }
    problems.add(`faults[${index}]`, expanded.unresolved, wantedNodes(topology))
    return []
  })
  problems.throwAny()
  return faults
}

function drawProfiles(
  profiles: readonly FaultProfile[],
  written: readonly Fault[],
  drawing: PlanDrawing,
): readonly Drawn[] {
  const { seed, intensities = {} } = drawing
  const damageable = damageableOf(written, drawing)
  return [...profilesBySource(profiles)].flatMap(([source, profile]) => {
    const intensity = intensities[profile.name] ?? 1
    if (intensity === 0) return []
    const random = randomStream(seed, `faults/${source}`)
    const faults = drawnBy(profile, drawing, { random, damageable, intensity })
    return faults.map((fault) => ({ fault, isWritten: false, origin: profile.name, source }))
  })
}

function damageableOf(written: readonly Fault[], { topology, seed }: PlanDrawing): ReadonlySet<NodeId> {
  return drawDamageable(topology, written, randomStream(seed, 'faults/damageable'))
}

function drawnBy(
  profile: FaultProfile,
  { topology, window, isUnrestricted = false }: PlanDrawing,
  strength: Pick<DrawContext, 'random' | 'damageable' | 'intensity'>,
): readonly Fault[] {
  const drawn = profile.draw({ topology, window, isUnrestricted, ...strength })
  return checkedFaults(drawn, profile.name, topology)
}

/** A fault that begins when all have ended never happens. When an event will begin one cannot be known. */
function checkBegin(fault: Fault, end: Instant, { path, problems }: Place): void {
  const isTriggered = fault.when !== undefined
  const since = isTriggered ? (fault.when.delay ?? ns(0)) : between(instantZero, fault.at)
  const limit = between(instantZero, end)
  if (since <= limit) return
  const wanted = `at most ${formatDuration(limit)}: all faults end then`
  problems.add(`${path}.${isTriggered ? 'when.delay' : 'at'}`, formatDuration(since), wanted)
}

/** Drawn faults are held to what written ones are: a profile may be anybody's. */
function checkedFaults(drawn: readonly Fault[], path: string, topology: Topology): readonly Fault[] {
  const problems = new PlanProblems()
  const faults: Fault[] = []
  if (!Array.isArray(drawn)) problems.add(path, drawn, 'a list of faults')
  const known = new Set(topology.nodes)
  for (const [index, each] of Array.isArray(drawn) ? drawn.entries() : []) {
    const place = `${path}[${index}]`
    const fault = readFault(each, place, problems)
    if (fault === undefined) continue
    faults.push(fault)
    const named = expandPlanned(fault, (ref) =>
      known.has(ref) || isEventPlaceholder(ref) ? [ref] : undefined,
    )
    if ('unresolved' in named) problems.add(place, named.unresolved, 'a node of this run')
    checkChoice(fault, topology, { path: place, problems })
  }
  problems.throwAny('fault profile')
  return faults
}

/** Where something is wrong, and who collects it. */
interface Place {
  readonly path: string
  readonly problems: PlanProblems
}

/** A version or name that is not there would do nothing in the middle of the run. */
function checkChoice(fault: Fault, topology: Topology, place: Place): void {
  if (fault.kind === 'upgrade') checkVersion(fault, topology, place)
  else if (fault.kind === 'names-change') checkName(fault, topology, place)
}

function checkName({ name }: NamesChangeFault, { names }: Topology, { path, problems }: Place): void {
  if (names === undefined || names.includes(name)) return
  const wanted =
    names.length === 0 ? 'a name of this run, which has none' : `a name of this run: ${names.join(', ')}`
  problems.add(`${path}.name`, name, wanted)
}

function checkVersion(fault: UpgradeFault, topology: Topology, { path, problems }: Place): void {
  const { node, version } = fault
  // Which node an event stands for shows when it has happened: some node must have the version.
  const nodes = isEventPlaceholder(node) ? topology.nodes : [node]
  const known = nodes.map((each) => versionsOf(topology, each))
  if (known.some((versions) => versions === undefined || versions.includes(version))) return
  const versions = [...new Set(known.flatMap((each) => each ?? []))]
  problems.add(`${path}.version`, version, `a version of ${node}: ${versions.join(', ')}`)
}

function sortByBegin(drawn: readonly Drawn[]): readonly Drawn[] {
  const placed = drawn.map((each, place) => ({ each, place, at: each.fault.at ?? Infinity }))
  placed.sort((a, b) => (a.at === b.at ? a.place - b.place : a.at - b.at))
  return placed.map(({ each }) => each)
}

function wantedNodes({ nodes, groups }: Topology): string {
  const names = nodes.slice(0, 20).join(', ')
  return `a node of this run (${names}${nodes.length > 20 ? ', …' : ''}), or a placeholder for at least one node of ${
    groups.length === 0 ? 'them' : `a group (${groups.map(({ name }) => name).join(', ')})`
  }`
}

function isList(source: FaultSource): source is readonly FaultSource[] {
  return Array.isArray(source)
}

function isProfile(source: FaultProfile | WrittenFault): source is FaultProfile {
  return source.kind === 'profile'
}

function isWritten(source: FaultProfile | WrittenFault): source is WrittenFault {
  return source.kind !== 'profile'
}
