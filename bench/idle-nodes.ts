// Run by idle-node.bench.ts with --expose-gc: prints how many bytes each of 10,000 idle nodes takes, everything that
// comes with it included (its entry in the scenario, machine, program, handler, env).

import { expectCount } from './measure.ts'
import { group, type Program, run, type Scenario, scenario, seconds } from '../sim/index.ts'

const nodes = 10_000

const idle: Program = (env) => {
  env.messages.on('ping', (_message, source) => {
    env.messages.send(source, { kind: 'pong' })
  })
}

/** Runs idle nodes and returns by how much the heap has grown at the end of the run, while all of them are there. */
async function growth(count: number): Promise<number> {
  const before = heapSize()
  let size = 0
  const result = await run(idleNodes(count), {
    seed: 1,
    isChecked: false,
    onLog: (log) => {
      log.subscribe('phase', ({ phase }) => {
        if (phase === 'end') size = heapSize() - before
      })
    },
  })
  expectCount('nodes started', result.eventCounts.get('start') ?? 0, count)
  return size
}

function idleNodes(count: number): Scenario {
  return scenario({
    title: 'nodes that do nothing',
    nodes: () => group('node', count, idle),
    duration: seconds(1),
  })
}

function heapSize(): number {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('idle nodes: got no gc(), wanted node --expose-gc')
  for (let round = 0; round < 4; round++) gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

// A small run first, so that code and tables that every run needs do not count.
await growth(10)
const [some, all] = [await growth(nodes / 10), await growth(nodes)]
console.log(Math.round((all - some) / (nodes - nodes / 10)))
