// The rules of a scenario: what becomes of single packets, by a pattern or by a function, while faults go on.

import type { NodeId } from './event.ts'
import { PlanError, type PlanProblem, type Release, ruleProblems, type Verdict } from './faults/index.ts'
import type { Simulation } from './kernel/index.ts'
import type { FieldsOf } from './known-fields.ts'
import type { Network, Packet, PacketTest } from './net/index.ts'
import { ScenarioError } from './scenario-error.ts'
import { type Duration, formatDuration, type Instant, instantZero } from './time.ts'

/**
 * A rule of a scenario. It holds from the beginning until the run heals, or from `from` until `until` since the start.
 * Rules are asked in the order in which they begin, faults of the kind `rule` among them; the first that concerns a packet
 * decides. What it drops shows in the log as a `drop` because of a rule.
 */
export interface NetworkRule {
  /** A pattern, or a function of the packet alone: the same packets must give the same answers. */
  readonly test: PacketTest
  readonly verdict: Verdict
  readonly from?: Duration
  readonly until?: Duration
}

const ruleFields: FieldsOf<NetworkRule> = { test: true, verdict: true, from: true, until: true }

/** What rules need of a run. */
export interface RuleHost {
  readonly title: string
  readonly network: Network
  readonly simulation: Simulation
}

/** The rules, once each was found to be one. Throws a PlanError that names all that is wrong. */
export function checkedRules(
  rules: readonly NetworkRule[],
  nodes: readonly NodeId[],
): readonly NetworkRule[] {
  if (!Array.isArray(rules))
    throw new TypeError('rules: got no list, wanted a list of { test, verdict, from?, until? }')
  const problems = rules.flatMap((rule: NetworkRule, index) => problemsOf(rule, `rules[${index}]`, nodes))
  if (problems.length > 0) throw new PlanError(problems, 'scenario')
  return rules
}

/** Installs the rules of a scenario at its beginning; the result takes all of them back. */
export function installRules(rules: readonly NetworkRule[], host: RuleHost): Release {
  const installed = rules.map((rule) => new InstalledRule(rule, host))
  return () => {
    for (const rule of installed) rule.end()
  }
}

class InstalledRule {
  readonly #rule: NetworkRule
  readonly #host: RuleHost
  #release: Release | null = null
  #isOver = false

  constructor(rule: NetworkRule, host: RuleHost) {
    this.#rule = rule
    this.#host = host
    if (rule.from === undefined) this.begin()
    else this.#at(rule.from, begin)
    if (rule.until !== undefined) this.#at(rule.until, end)
  }

  begin(): void {
    const { test, verdict } = this.#rule
    const guarded = typeof test === 'function' ? this.#guarded(test) : test
    if (!this.#isOver) this.#release = this.#host.network.rule(guarded, verdict)
  }

  end(): void {
    this.#isOver = true
    this.#release?.()
  }

  // A mistake in a test is its author's: it must not look like an error of the program that sends.
  #guarded(test: (packet: Packet) => boolean): PacketTest {
    const { title, simulation } = this.#host
    return (packet) => {
      try {
        return test(packet)
      } catch (error) {
        simulation.log.failure ??= { error: new ScenarioError(title, error) }
        return false
      }
    }
  }

  #at(since: Duration, action: (rule: InstalledRule) => void): void {
    const { simulation } = this.#host
    simulation.schedule((instantZero + since) as Instant, action, this, undefined, 0, simulation.log.cause)
  }
}

function begin(rule: InstalledRule): void {
  rule.begin()
}

function end(rule: InstalledRule): void {
  rule.end()
}

function problemsOf(rule: NetworkRule, path: string, nodes: readonly NodeId[]): readonly PlanProblem[] {
  const { test, verdict, from, until } = rule
  const packets = typeof test === 'function' ? {} : test
  return [
    ...unknownIn(rule, path),
    ...ruleProblems({ packets, verdict }, path, nodes),
    ...spanProblems({ from, until }, path),
  ]
}

function unknownIn(rule: NetworkRule, path: string): readonly PlanProblem[] {
  const unknown = Object.keys(rule).filter((field) => !Object.hasOwn(ruleFields, field))
  const wanted = `only ${Object.keys(ruleFields).join(', ')}`
  return unknown.length === 0 ? [] : [{ path, got: unknown.join(', '), wanted }]
}

function spanProblems(
  { from, until }: { readonly from: Duration | undefined; readonly until: Duration | undefined },
  path: string,
): readonly PlanProblem[] {
  const spans = [
    [`${path}.from`, from],
    [`${path}.until`, until],
  ] as const
  const wrong = spans.filter(([, span]) => span !== undefined && !(Number.isSafeInteger(span) && span >= 0))
  const problems = wrong.map(([place, span]) => ({
    path: place,
    got: String(span),
    wanted: 'a duration since the start',
  }))
  if (problems.length > 0 || from === undefined || until === undefined || until > from) return problems
  return [
    { path: `${path}.until`, got: formatDuration(until), wanted: `more than from, ${formatDuration(from)}` },
  ]
}
