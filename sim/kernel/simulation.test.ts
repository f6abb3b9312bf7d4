import { expect, test } from 'vitest'

import { type LoopEnd, Simulation } from './simulation.ts'
import { randomStream } from '../random.ts'
import { type Instant, instantMax, ms, ns, seconds } from '../time.ts'

function at(simulation: Simulation, instant: number, code: () => void): void {
  simulation.schedule(instant as Instant, run, code, undefined, 0, 0)
}

function run(code: () => void): void {
  code()
}

async function runCode(code: () => void, isChecked = true): Promise<LoopEnd> {
  const simulation = new Simulation({ seed: 1, isChecked })
  at(simulation, 5, code)
  at(simulation, 10, () => undefined)
  return simulation.run()
}

test('time jumps from event to event and stands at the bound afterwards', async () => {
  const simulation = new Simulation({ seed: 1 })
  const seen: number[] = []
  for (const instant of [30, 10, 20]) at(simulation, instant, () => seen.push(simulation.now))
  expect(await simulation.run({ until: 25 as Instant })).toEqual({ kind: 'until' })
  expect([seen, simulation.now]).toEqual([[10, 20], 25])
  expect(await simulation.run()).toEqual({ kind: 'drained' })
  expect(seen).toEqual([10, 20, 30])
})

test('step runs one event', async () => {
  const simulation = new Simulation({ seed: 1 })
  const seen: number[] = []
  for (const instant of [10, 20]) at(simulation, instant, () => seen.push(simulation.now))
  expect([await simulation.step(), [...seen]]).toEqual([true, [10]])
  expect([await simulation.step(), [...seen]]).toEqual([true, [10, 20]])
  expect(await simulation.step()).toBe(false)
})

test('the loop stops after the step in which the predicate first holds', async () => {
  const simulation = new Simulation({ seed: 1 })
  let count = 0
  for (let instant = 1; instant <= 10; instant++) at(simulation, instant, () => count++)
  expect(await simulation.run({ stopWhen: () => count === 3 })).toEqual({ kind: 'stopped' })
  expect(count).toBe(3)
})

test.each([
  [
    'a promise chain',
    (done: () => void) =>
      void Promise.resolve()
        .then(() => undefined)
        .then(() => undefined)
        .then(done),
  ],
  [
    'an async function',
    (done: () => void) =>
      void (async () => {
        await Promise.resolve()
        await Promise.resolve()
        done()
      })(),
  ],
  [
    'queueMicrotask',
    (done: () => void) => {
      queueMicrotask(done)
    },
  ],
  [
    'process.nextTick',
    (done: () => void) => {
      process.nextTick(done)
    },
  ],
])('what %s does happens within the step, before the next event', async (_name, start) => {
  const simulation = new Simulation({ seed: 1, isChecked: false })
  const order: string[] = []
  at(simulation, 10, () => {
    start(() => order.push('microtask'))
  })
  at(simulation, 10, () => order.push('next event'))
  await simulation.run()
  expect(order).toEqual(['microtask', 'next event'])
})

test('an endless chain of steps at one instant is a livelock', async () => {
  const simulation = new Simulation({ seed: 1, instantStepsMax: 1000 })
  const again = (): void => {
    at(simulation, simulation.now, again)
  }
  at(simulation, 7, again)
  expect(await simulation.run()).toEqual({ kind: 'instant-bound', at: 7, stepsMax: 1000 })
})

test.each<readonly [string, () => void]>([
  [
    'await',
    () =>
      void (async () => {
        const ready = Promise.resolve()
        for (;;) await ready
      })(),
  ],
  [
    'then',
    () => {
      const again = (): void => void Promise.resolve().then(again)
      again()
    },
  ],
  [
    'queueMicrotask',
    () => {
      const again = (): void => {
        queueMicrotask(again)
      }
      again()
    },
  ],
  [
    'nextTick',
    () => {
      const again = (): void => {
        process.nextTick(again)
      }
      again()
    },
  ],
  [
    'nextTick and then in turn',
    () => {
      const again = (): void => void Promise.resolve().then(() => process.nextTick(again))
      again()
    },
  ],
  [
    'rejections',
    () => {
      const again = (): void => void Promise.reject(new Error('again')).catch(again)
      again()
    },
  ],
])('an endless chain of %s within one step is a livelock in checked mode', async (_name, endless) => {
  const simulation = new Simulation({ seed: 1, microtasksMax: 1000 })
  const errors: unknown[] = []
  simulation.onUncaught = (error) => errors.push(error)
  at(simulation, 7, endless)
  at(simulation, 8, () => errors.push('next event'))
  expect(await simulation.run()).toEqual({ kind: 'microtasks-bound', at: 7, microtasksMax: 1000 })
  expect(errors).toEqual([])
  // Nothing of it is left over for the next simulation of the process.
  expect(await runCode(() => void Promise.resolve().then(() => undefined))).toEqual({ kind: 'drained' })
})

test('the bound on microtasks counts those of one step', async () => {
  const simulation = new Simulation({ seed: 1, microtasksMax: 100 })
  for (let instant = 0; instant < 50; instant++)
    at(simulation, instant, () => {
      for (let count = 0; count < 10; count++) void Promise.resolve(count)
    })
  expect(await simulation.run()).toEqual({ kind: 'drained' })
})

test('a bound on events ends an endless run', async () => {
  const simulation = new Simulation({ seed: 1, eventsMax: 100 })
  const again = (): void => {
    simulation.log.emit('pause', { id: 'a', hash: 1 }, 0, {})
    at(simulation, simulation.now + 1, again)
  }
  at(simulation, 1, again)
  expect(await simulation.run()).toEqual({ kind: 'events-bound', eventsMax: 100 })
})

test('an uncaught error of a promise or a microtask reaches the simulation, and not the test runner', async () => {
  const errors: unknown[] = []
  for (const start of [
    () => void Promise.reject(new Error('rejected')),
    () => {
      queueMicrotask(() => {
        throw new Error('thrown')
      })
    },
    () => {
      process.nextTick(() => {
        throw new Error('thrown in a tick')
      })
      process.nextTick(() => Promise.reject(new Error('rejected behind it')))
    },
  ]) {
    const simulation = new Simulation({ seed: 1 })
    simulation.onUncaught = (error) => errors.push(error)
    at(simulation, 1, start)
    await simulation.run()
  }
  expect(errors.map(String)).toEqual([
    'Error: rejected',
    'Error: thrown',
    'Error: thrown in a tick',
    'Error: rejected behind it',
  ])
})

test('two loops of one simulation at the same time are refused', async () => {
  const simulation = new Simulation({ seed: 1 })
  at(simulation, seconds(1), () => undefined)
  const first = simulation.run()
  await expect(simulation.run()).rejects.toThrow('running already')
  await first
})

test('a random order of what is ready at the same instant depends only on the seed', async () => {
  const orderOf = async (seed: number): Promise<string> => {
    const random = randomStream(seed, 'order')
    const simulation = new Simulation({ seed, tie: () => random.float() })
    const seen: number[] = []
    for (let index = 0; index < 8; index++) at(simulation, ms(1), () => seen.push(index))
    await simulation.run()
    return seen.join('')
  }
  expect(await orderOf(1)).toBe(await orderOf(1))
  expect(new Set([await orderOf(1), await orderOf(2), await orderOf(3)]).size).toBe(3)
})

test('nothing can be scheduled in the past', async () => {
  const simulation = new Simulation({ seed: 1 })
  const seen: number[] = []
  at(simulation, 10, () => {
    at(simulation, ns(3), () => seen.push(simulation.now))
  })
  await simulation.run()
  expect(seen).toEqual([10])
})

test.each([Number.NaN, 0.5, Infinity])('an instant of %s is a bug and not an instant', (instant) => {
  const simulation = new Simulation({ seed: 1 })
  expect(() => at(simulation, instant, () => undefined)).toThrow(
    `got instant ${instant}, wanted whole nanoseconds`,
  )
})

test('what is due beyond the end of virtual time waits for its last instant', async () => {
  const simulation = new Simulation({ seed: 1 })
  at(simulation, 2 ** 54, () => undefined)
  await simulation.run()
  expect(simulation.now).toBe(instantMax)
})
