import { describe, expect, test } from 'vitest'

import { failedRunReport } from './failed-run-report.ts'
import { whoWaits } from './who-waits.ts'
import { eventually, leadsTo, never, on, operationsSucceed } from '../invariants/index.ts'
import {
  type Event,
  type EventSource,
  group,
  type Invariant,
  memorySource,
  ms,
  node,
  type NodeSpec,
  type Program,
  run,
  type RunResult,
  scenario,
  seconds,
  setUp,
  traceHeader,
} from '../sim/index.ts'

/** Asks the server once a second and never hears anything. */
const client: Program = async (env) => {
  for (;;) {
    const asked = env.invoke({ f: 'ask', key: 'k', value: null })
    env.messages.send('server', { kind: 'ask' })
    await env.sleep(seconds(1))
    asked.info('no answer')
  }
}
const silent: Program = (env) => env.messages.on('ask', () => undefined)
const lonely: Program = async (env) => {
  const asked = env.invoke({ f: 'read', key: null, value: null })
  await env.disk.open('/missing-answer', { create: true })
  env.messages.send('nobody-1', { kind: 'hello' })
  await new Promise(() => undefined)
  asked.ok(null)
}

interface Recorded {
  readonly result: RunResult
  readonly source: EventSource
}

async function record(
  nodes: () => readonly NodeSpec[],
  invariants: readonly Invariant[] = [],
): Promise<Recorded> {
  const made = scenario({ title: 'stuck', nodes, invariants, duration: seconds(1), settle: seconds(3) })
  const events: Event[] = []
  const options = { seed: 1, onEvent: (event: Event): void => void events.push(event) }
  const result = await run(made, options)
  const code = { scenario: 'stuck', version: '0', fingerprint: '' }
  return {
    result,
    source: memorySource('stuck', traceHeader(made, options, setUp(made, options), code), events),
  }
}

async function waitsOf({ result, source }: Recorded): Promise<readonly string[]> {
  return whoWaits(source, { ...result, violation: result.violations[0] ?? null })
}

const asking = (): readonly NodeSpec[] => [
  node('server', silent),
  ...group('client', 2, client, { quorum: 0 }),
]

describe('who waited for what', () => {
  test('is told of a goal that was not reached', async () => {
    const goal = eventually(operationsSucceed('client'), { within: ms(1500) })
    const stuck = await record(asking, [goal])
    expect(await waitsOf(stuck)).toMatchInlineSnapshot(`
      [
        "client-2 waits for its ask "k" since 2.000000000s; for server: ask at 2.000000000s, no answer",
      ]
    `)
  })

  test('is told of a response that did not come', async () => {
    const answered = leadsTo('asks are answered', {
      trigger: on('operation', ({ phase }) => phase === 'invoke'),
      response: on('operation', ({ phase }) => phase === 'ok'),
      within: ms(500),
    })
    expect(await waitsOf(await record(asking, [answered]))).not.toEqual([])
  })

  test('is told of a deadlock, with who is down', async () => {
    const gone: Program = (env) => env.exit(0)
    const stuck = await record(() => [node('reader', lonely), ...group('nobody', 1, gone, { quorum: 0 })])
    expect(stuck.result.outcome).toEqual({ kind: 'deadlock', waiting: ['reader'] })
    expect(await waitsOf(stuck)).toMatchInlineSnapshot(`
      [
        "reader waits for its read since 0.000000000s; for nobody-1: hello at 0.000003945s, lost (node-down)",
        "nobody-1 is down (exit) since 0.000000000s",
      ]
    `)
    const report = await failedRunReport(
      stuck.source,
      { ...stuck.result, violation: null },
      { command: 'npx faultline replay x' },
    )
    expect(report).toContain('who waited for what:\n    reader waits for its read since')
  })

  test('is not told of what happened and must not have', async () => {
    const bad = never(
      'asks',
      on('operation', () => true),
    )
    expect(await waitsOf(await record(asking, [bad]))).toEqual([])
  })
})
