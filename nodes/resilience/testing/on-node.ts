// A program on one simulated node, and what it published.

import {
  type Data,
  type Event,
  ms,
  node,
  type Program,
  run,
  type RunResult,
  scenario,
  seconds,
} from '../../../sim/index.ts'

/** What a run of one program told. */
export interface Told {
  readonly result: RunResult
  /** What it published under names that begin with `resilience.`, without that. */
  readonly probes: readonly (readonly [atMs: number, name: string, value: Data])[]
}

/** Runs a program alone for ten seconds at most. */
export async function onNode(program: Program): Promise<Told> {
  const events: Event[] = []
  const world = scenario({
    title: 'one node',
    nodes: () => [node('alone', program)],
    duration: seconds(10),
  })
  const result = await run(world, { seed: 1, onEvent: (event) => void events.push(event) })
  const probes = events
    .filter((event) => event.kind === 'probe')
    .filter(({ name }) => name.startsWith('resilience.'))
    .map(({ at, name, value }) => [at / ms(1), name.slice('resilience.'.length), value] as const)
  return { result, probes }
}
