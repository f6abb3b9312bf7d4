// Runs a sequence of commands against a simulated system: a node of its own executes them one after the other in virtual
// time, while seed, plan and strategy decide what the network, the disks and the scheduler do meanwhile.

import type { SimulatedCommand } from './commands.ts'
import {
  describeOutcome,
  type DiskProfile,
  type Duration,
  type Env,
  type FaultPlan,
  formatInstant,
  type Instant,
  type Invariant,
  type NetworkProfile,
  node,
  type NodeSpec,
  type Program,
  run,
  type RunResult,
  type Scenario,
  scenario,
  seconds,
  type Seed,
  type Strategy,
} from '../../sim/index.ts'

/** The system and what befalls it. */
export interface ModelWorld {
  readonly nodes: readonly NodeSpec[]
  readonly seed: Seed
  /** Faults of these nodes (default: none). */
  readonly plan?: FaultPlan
  /** The order of what is ready at the same instant, and of deliveries (default: first in, first out). */
  readonly strategy?: Strategy
  readonly network?: NetworkProfile
  readonly disk?: DiskProfile
  readonly invariants?: readonly Invariant[]
  /** How long the run takes, in virtual time (default 10 s): all commands have to end by then. */
  readonly duration?: Duration
}

/** How the model begins, and what commands get of the real system: `env` is that of the node which runs them. */
export interface ModelSetup<Model extends object, Real> {
  readonly model: () => Model
  readonly real: (env: Env) => Real
}

/** A sequence of commands that went wrong: a command threw, did not end, or the run violated an invariant. */
export class ModelRunError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ModelRunError'
  }
}

/** The name of the node that runs the commands. */
const driverName = 'commands'
const durationDefault = seconds(10)

/**
 * Runs the commands; equal arguments, equal runs. Rejects with a ModelRunError that lists the commands up to the one that
 * failed, and has as its cause what that one threw. Values that commands hold are shared by all runs: keep no state in them.
 */
export async function modelRun<Model extends object, Real>(
  world: ModelWorld,
  setup: ModelSetup<Model, Real>,
  commands: readonly SimulatedCommand<Model, Real>[],
): Promise<RunResult> {
  const session: Session = { begun: [], failure: null }
  const { seed, plan = [], strategy } = world
  const variation = strategy === undefined ? {} : { strategy }
  const driver = driverOf(setup, commands, session)
  const result = await run(scenarioOf(world, driver), { seed, plan, variation, isChecked: false })
  refuseFailure(session, result)
  return result
}

interface Session {
  /** The commands that were begun, of which the last may not have ended. */
  readonly begun: string[]
  failure: { readonly error: unknown; readonly at: Instant } | null
}

function driverOf<Model extends object, Real>(
  setup: ModelSetup<Model, Real>,
  commands: readonly SimulatedCommand<Model, Real>[],
  session: Session,
): Program {
  return async (env) => {
    const model = setup.model()
    const real = setup.real(env)
    for (const command of commands) {
      if (!command.check(model)) continue
      session.begun.push(command.toString())
      try {
        await command.run(model, real)
      } catch (error) {
        session.failure = { error, at: env.clock.monotonic() }
        throw error
      }
    }
  }
}

function scenarioOf(world: ModelWorld, driver: Program): Scenario {
  const { nodes, network, disk, invariants = [], duration = durationDefault } = world
  return scenario({
    title: 'a system does what its model does',
    nodes: () => [...nodes, node(driverName, driver, { quorum: 0, mustFinish: true })],
    invariants,
    duration,
    ...(network === undefined ? {} : { network }),
    ...(disk === undefined ? {} : { disk }),
  })
}

function refuseFailure({ begun, failure }: Session, { outcome, violations }: RunResult): void {
  if (failure !== null) {
    const { error, at } = failure
    const message = error instanceof Error ? error.message : String(error)
    throw new ModelRunError(historyText(begun, `failed at ${formatInstant(at)}: ${message}`), {
      cause: error,
    })
  }
  if (outcome.kind === 'passed') return
  const [violation] = violations
  const what =
    violation === undefined ? describeOutcome(outcome) : `${violation.invariant}: ${violation.message}`
  throw new ModelRunError(historyText(begun, what))
}

function historyText(begun: readonly string[], end: string): string {
  return [...begun.map((command, place) => `${place + 1}. ${command}`), end].join('\n')
}
