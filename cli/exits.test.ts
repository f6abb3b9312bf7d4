// A process that ends before there is a verdict must not look like a pass.
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { endingOf } from './ending.ts'
import { UsageError } from './usage-error.ts'
import { SeedError } from '../sim/index.ts'
import { Workplace } from './testing/workplace.ts'

let place: Workplace
const ownFile = `${fileURLToPath(new URL('../sim/run.ts', import.meta.url))}:1:1`

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

describe('a timer of the real world that a program sets and that throws', () => {
  const late = `import { setTimeout as later } from 'node:timers'
import { ms, node, scenario } from 'faultline'
const program = (env) => void env.timers.every(ms(5), () => void later(() => { throw new Error('late') }, 0))
export default scenario({ title: 'late', nodes: () => [node('a', program)], duration: ms(50) })
`

  test('leaves the verdict of the run as it is: a leak', async () => {
    place.write('late.ts', late)
    const said = await place.faultline('run', 'late.ts')
    expect(said.code).toBe(1)
    expect(said.out).toMatch(/^leak {2}/)
    expect(said.out + said.error).not.toContain('internal error')
  })

  test('leaves a run that nobody watched for leaks undecided, and says why', async () => {
    const said = await place.faultline('run', 'late.ts', '--unchecked')
    expect(said.code).toBe(3)
    expect(said.error).toContain(
      'something that the scenario left behind threw outside of the simulation\nError: late',
    )
  })
})

describe('an error that is a bug of ours', () => {
  test('has exit code 70 and its stack, so that it is not taken for a violation', () => {
    const { code, text } = endingOf(new TypeError('x is not a function'))
    expect(code).toBe(70)
    expect(text).toMatch(
      /^faultline: internal error, please report it\nTypeError: x is not a function\n +at /,
    )
    expect(endingOf('thrown').text).toContain('thrown')
  })

  test('of a thread names the seed and the scenario', () => {
    const failure = {
      kind: 'threw',
      name: 'TypeError',
      message: 'x is no y',
      stack: `TypeError: x\n    at run (${ownFile})`,
    } as const
    const { code, text } = endingOf(new SeedError(failure, 'file:///mine.ts', 7))
    expect(code).toBe(70)
    expect(text).toContain('seed 7 of /mine.ts: TypeError: x is no y\nTypeError: x\n    at run (')
  })

  test('is told apart from a mistake, be it found by a thread', () => {
    expect(endingOf(new UsageError('got a, wanted b'))).toEqual({
      code: 2,
      text: 'faultline: got a, wanted b',
    })
    const failure = {
      kind: 'threw',
      name: 'ParameterError',
      message: 'no such parameter',
      stack: null,
    } as const
    expect(endingOf(new SeedError(failure, 'file:///mine.ts', 7))).toEqual({
      code: 2,
      text: 'faultline: seed 7 of /mine.ts: ParameterError: no such parameter',
    })
  })

  test('is none when a module of the scenario has left it behind: the run is undecided', async () => {
    place.write('stray.ts', `setTimeout(() => { throw new Error('stray') }, 0)\n${quitter('never')}`)
    const said = await place.faultline('run', 'stray.ts')
    expect(said.code).toBe(3)
    expect(said.error).toMatch(
      /^faultline: something that the scenario left behind threw outside of the simulation\nError: stray\n/,
    )
  })
})
