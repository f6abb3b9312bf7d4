// A process that ends before there is a verdict must not look like a pass.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { Workplace } from './testing/workplace.ts'

let place: Workplace

vi.setConfig({ testTimeout: 60_000 })

/** A scenario that ends the process as `how` says: in a node's program, while the nodes are made, when it is loaded. */
const quitter = (how: string): string => `import { ms, node, scenario } from 'faultline'
const quit = () => process.exit(0)
${how === 'module' ? 'quit()' : ''}
export default scenario({
  title: 'somebody ends the process',
  nodes: () => {
    ${how === 'nodes' ? 'quit()' : ''}
    return [node('a', (env) => void env.timers.after(ms(5), () => { ${how === 'program' ? 'quit()' : ''} }))]
  },
  duration: ms(10),
})
`

beforeAll(() => {
  place = new Workplace()
  for (const how of ['program', 'nodes', 'module', 'never']) place.write(`${how}.ts`, quitter(how))
})

afterAll(() => place.remove())

describe('process.exit(0)', () => {
  test('of a program is its uncaught error, and names env.exit()', async () => {
    const said = await place.faultline('run', 'program.ts')
    expect(said.code).toBe(1)
    expect(said.out).toContain(
      'process.exit() inside a simulation would end the process with all nodes: use env.exit()',
    )
  })

  test.each(['nodes', 'module'])('of the %s leaves the run undecided', async (how) => {
    expect((await place.faultline('run', `${how}.ts`)).code).toBe(3)
    expect((await place.faultline('sweep', `${how}.ts`, '--seeds', '1..2')).code).toBe(3)
  })

  test('that nobody calls is no matter', async () => {
    expect((await place.faultline('run', 'never.ts')).code).toBe(0)
  })
})

test('a thread of a sweep that dies is told in one line that names the seed', async () => {
  const scenario = quitter('nodes').replace('quit()', `if (!isMainThread) quit()`)
  place.write('thread.ts', `import { isMainThread } from 'node:worker_threads'\n${scenario}`)
  const said = await place.faultline('sweep', 'thread.ts', '--seeds', '4..4')
  expect(said.error).toMatch(
    /^faultline: seed 4 of .*thread\.ts: the thread that ran it ended with code 0 [^\n]*\n$/,
  )
  expect(said.code).toBe(3)
})
