// What can be done with a failure: `shrink`, `explain`, `fork`, and the flags by which runs depart from their scenario.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { jsonLines, lastLine, Workplace } from './testing/workplace.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let place: Workplace

// A server that forgets what it was told when it crashes.
const forgetful = `
import { always, onProbe } from 'faultline/invariants'
import { crashes, group, ms, node, pauses, scenario, seconds } from 'faultline'

const server = (env) => {
  let count = 0
  env.messages.on('add', () => env.probe('count', ++count))
}
const client = (env) => {
  env.timers.every(ms(50), () => {
    if (env.admits('add')) env.messages.send('server', { kind: 'add' })
  })
}

export default scenario({
  title: 'a server counts up',
  nodes: () => [node('server', server), ...group('client', 2, client, { quorum: 0, operations: ['add'] })],
  faults: [crashes({ of: 'client', every: seconds(1) }), pauses({ every: seconds(1) }),
    { kind: 'crash', node: 'server', at: '1s', for: '100ms', connections: 'reset', disk: 'kept' }],
  invariants: [{
    name: 'counts up',
    kinds: ['probe'],
    begin: () => {
      let before = 0
      return {
        on: (event) => {
          const isLess = event.value < before
          const message = 'the server counted down\\nfrom ' + before + ' to ' + event.value
          before = event.value
          return isLess ? { kind: 'violated', message } : null
        },
        looked: () => before,
      }
    },
  }],
  duration: seconds(4),
})
`

beforeAll(async () => {
  place = new Workplace()
  place.write('forgetful.ts', forgetful)
  place.write('fine.json', '[]')
  await place.faultline('run', 'forgetful.ts', '--trace', 'failed.ndjson')
  await place.faultline('run', 'forgetful.ts', '--plan', 'fine.json', '--trace', 'passed.ndjson')
})

afterAll(() => place.remove())

describe('shrink', () => {
  test('leaves the one crash and two calls that it takes, and ends with a line that shows it', async () => {
    const said = await place.faultline('shrink', 'failed.ndjson')
    expect(said.code).toBe(1)
    expect(said.out).toMatch(/^shrunk {2}counts up\n/)
    expect(said.out).toMatch(/crash {2}server/)
    expect(said.out).toMatch(/faults \d+ → 1,/)
    const again = await place.shell(lastLine(said))
    expect(again.out).toMatch(/^same {2}/)
    expect(again.out).toContain('outcome  violated: counts up')
  })

  test('says the same for machines, with one thread or two', async () => {
    const [one, two] = await Promise.all(
      ['1', '2'].map(async (jobs) =>
        jsonLines(await place.faultline('shrink', 'failed.ndjson', '--json', '--jobs', jobs)),
      ),
    )
    expect(one?.[0]).toMatchObject({ isMinimal: true, after: { faults: 1, nodes: 2 } })
    expect(two?.[0]).toEqual(one?.[0])
  })

  test.each(['shrink', 'explain'])('%s refuses a run that does not fail, in one line', async (command) => {
    const said = await place.faultline(command, 'passed.ndjson')
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.error).toMatch(/^faultline: seed 1: the run passed .*nothing to shrink\n$/)
  })
})

describe('explain', () => {
  test('tells the story, the nearest run that passes, and from where on the failure was likely', async () => {
    const said = await place.faultline('explain', 'failed.ndjson', '--runs', '4', '--points', '3')
    expect(said.code).toBe(1)
    expect(said.out).toMatch(/^the story\n/)
    expect(said.out).toMatch(/This violates "counts up": .*the server counted down/)
    expect(said.out).toMatch(
      /the nearest run in which nothing is wrong lacks (fault #0 \(crash\)|call \d+ of client-\d)/,
    )
    expect(said.out).toMatch(/4 of 4\n/)
  })

  test('gives machines all of it', async () => {
    const [told] = jsonLines(
      await place.faultline('explain', 'failed.ndjson', '--runs', '2', '--points', '2', '--json'),
    )
    expect(told).toMatchObject({
      violation: { invariant: 'counts up' },
      nearest: { difference: { first: {} } },
      curve: [
        { runs: 2, failures: 0 },
        { runs: 2, decided: 2, failures: 2 },
      ],
    })
  })
})

describe('fork', () => {
  test('says how continuations end, and writes the trace of one, which replays', async () => {
    const said = await place.faultline('fork', 'failed.ndjson', '--at', '20', '--runs', '5')
    expect(said.code).toBe(1)
    expect(said.out).toContain('5 continuations  of failed.ndjson from event #20 on')
    const words = ['--at', '20', '--number', '2', '--trace', 'fork.ndjson']
    expect((await place.faultline('fork', 'failed.ndjson', ...words)).code).toBe(1)
    expect((await place.faultline('replay', 'fork.ndjson')).out).toMatch(/^same {2}/)
    const alone = await place.faultline('replay', 'fork.ndjson', '--only', 'server')
    expect(alone).toMatchObject({ code: 2, error: expect.stringContaining('the trace of a fork') })
  })

  test('refuses an event that the trace does not have', async () => {
    const said = await place.faultline('fork', 'failed.ndjson', '--at', '999999')
    expect(said).toMatchObject({
      code: 2,
      error: expect.stringContaining('--at: got 999999, wanted an event of the trace'),
    })
  })
})

describe('a variation', () => {
  test('of a swarm stands in the trace, and replays', async () => {
    await place.faultline('run', 'forgetful.ts', '--swarm', '--seed', '5', '--trace', 'swarm.ndjson')
    const header = (await place.shell('head -1 swarm.ndjson')).out
    expect(header).toContain('"variation":{"faults":{')
    expect((await place.faultline('replay', 'swarm.ndjson')).out).toMatch(/^same {2}/)
    const alone = await place.faultline('replay', 'swarm.ndjson', '--only', 'client-1')
    expect(alone.out).toMatch(/^same {2}/)
  })

  test('is named by the lines of a sweep that are copied', async () => {
    const words = ['--seeds', '1..2', '--swarm', '--strategy', 'pct:2:500', '--shrink-seconds', '0']
    const said = await place.faultline('sweep', 'forgetful.ts', ...words)
    expect(said.out).toContain('npx faultline run forgetful.ts --seed 1 --swarm --strategy pct:2:500')
  })

  test('takes the steps of pct from the scenario, the same for a run and for any sweep and its threads', async () => {
    const words = ['--strategy', 'pct:3', '--shrink-seconds', '0']
    const said = await place.faultline('sweep', 'forgetful.ts', ...words, '--seeds', '1..4')
    const line = /npx faultline run forgetful\.ts --seed 2 --strategy pct:3:(\d+)/.exec(said.out)
    const steps = Number(line?.[1])
    // Of the order of a run, so that the change points lie within it.
    expect(steps).toBeGreaterThan(50)
    expect(steps).toBeLessThan(1000)
    const threaded = await place.faultline(
      'sweep',
      'forgetful.ts',
      ...words,
      '--seeds',
      '2..4',
      '--jobs',
      '2',
    )
    expect(threaded.out).toContain(line?.[0])
    const trace = ['--trace', 'pct.ndjson', '--json']
    const [result] = jsonLines(
      await place.faultline('run', 'forgetful.ts', '--seed', '2', ...words.slice(0, 2), ...trace),
    )
    expect(result).toMatchObject({ variation: { strategy: { kind: 'pct', depth: 3, steps } } })
    expect((await place.shell('head -1 pct.ndjson')).out).toContain(`"steps":${steps}`)
  })

  test('from a file leaves out what it says', async () => {
    place.write('variation.json', '{"without": ["client-2"], "calls": {"client-1": [0, 3]}}')
    const [result] = jsonLines(
      await place.faultline(
        'run',
        'forgetful.ts',
        '--plan',
        'fine.json',
        '--variation',
        'variation.json',
        '--json',
      ),
    )
    expect(result).toMatchObject({ outcome: { kind: 'passed' }, eventCounts: { send: 2 } })
  })

  test.each([
    [
      ['--strategy', 'pct:0'],
      '--strategy: got "pct:0", wanted first-in, random, pos, or pct[:DEPTH[:STEPS]]',
    ],
    [['--variation', 'nothing.json'], 'variation nothing.json: ENOENT'],
    [['--variation', 'clock.ts'], 'variation clock.ts: '],
    [['--variation', 'bad.json'], 'variation bad.json: late: got 5, wanted names of deliveries'],
    [
      ['--variation', 'nobody.json'],
      'without: got nobody, wanted some, not all, of server, client-1, client-2',
    ],
  ])('that is wrong is refused in one line: %s', async (words, message) => {
    place.write('bad.json', '{"late": 5}')
    place.write('nobody.json', '{"without": ["nobody"]}')
    const said = await place.faultline('run', 'forgetful.ts', ...words)
    expect(said.code).toBe(2)
    expect(said.error).toContain(message)
    expect(said.error.trimEnd().split('\n')).toHaveLength(1)
  })
})
