// Bounds that hold only between steps are none: a program that calls its env without end within one step is ended from
// within, with an outcome of its own, also when it catches what is thrown at it.
import { describe, expect, test } from 'vitest'

import type { Env, Program } from '../env.ts'
import { perfect } from '../net/index.ts'
import { node, scenario } from '../scenario.ts'
import { run, type RunResult } from '../run.ts'
import { ms, ns } from '../time.ts'

const forever =
  (act: (env: Env) => unknown): Program =>
  (env) => {
    env.timers.after(ms(5), () => {
      for (;;) void act(env)
    })
  }

function bounded(program: Program, eventsMax = 5_000): Promise<RunResult> {
  const endless = scenario({
    title: 'a program calls without end',
    nodes: () => [node('a', program), node('b', () => undefined)],
    network: perfect(),
    duration: ms(10),
  })
  return run(endless, { seed: 1, eventsMax })
}

describe('an endless loop within one step ends at the bound of events when it calls', () => {
  test.each<[call: string, act: (env: Env) => unknown]>([
    ['probe', (env) => env.probe('again', 1)],
    ['timers.after', (env) => env.timers.after(ns(0), () => undefined)],
    ['sleep', (env) => env.sleep(ms(1))],
    ['messages.send', (env) => env.messages.send('b', { kind: 'again' })],
    ['a send to nobody', (env) => env.messages.send('nobody', { kind: 'again' })],
    ['log', (env) => env.log.info('again')],
    ['cpu.charge', (env) => env.cpu.charge(ns(1))],
    ['disk.open', (env) => env.disk.open('/again', { create: true })],
    ['net.resolve', (env) => env.net.resolve('b')],
    ['invoke', (env) => env.invoke({ f: 'again' })],
  ])('%s', async (_call, act) => {
    const { outcome, events } = await bounded(forever(act))
    expect(outcome).toEqual({ kind: 'events-bound', eventsMax: 5_000 })
    expect(events).toBeLessThan(5_010)
  })

  test('within promises', async () => {
    const { outcome } = await bounded(async (env) => {
      for (;;) {
        env.probe('again', 1)
        await Promise.resolve()
      }
    })
    expect(outcome).toEqual({ kind: 'events-bound', eventsMax: 5_000 })
  })

  test('and catches what is thrown at it, so long as it ends', async () => {
    const { outcome } = await bounded((env) => {
      try {
        for (;;) env.probe('again', 1)
      } catch {
        env.log.error('caught')
      }
    })
    expect(outcome).toEqual({ kind: 'events-bound', eventsMax: 5_000 })
  })
})

test('a million events in one step are too many, whatever the run may have', async () => {
  const { outcome } = await bounded(
    forever((env) => env.probe('again', 1)),
    200_000_000,
  )
  expect(outcome).toEqual({ kind: 'events-bound', eventsMax: 1_000_000, isOneStep: true })
})
