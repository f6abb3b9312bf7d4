// What may happen in a small world, told by the states that are reached.
import { describe, expect, test } from 'vitest'

import { exhaust, type ExhaustOptions } from './exhaust.ts'
import { idle, listener, neverPublished, pathOf, speaker, statesOf, world } from './testing/small-programs.ts'
import type { Env, Program } from '../../env.ts'
import type { Invariant } from '../../invariant.ts'
import { ms, ns } from '../../time.ts'

describe('messages', () => {
  const talk = world([speaker('x', 'y'), listener])

  test('arrive in any order, each once', async () => {
    expect(await statesOf('b', talk)).toEqual(new Set(['[]', '["x"]', '["y"]', '["x","y"]', '["y","x"]']))
  })

  test('arrive in their order where the network is ordered', async () => {
    expect(await statesOf('b', talk, { network: 'ordered' })).toEqual(new Set(['[]', '["x"]', '["x","y"]']))
  })

  test('that are equal are two', async () => {
    const twice = world([speaker('x', 'x'), listener])
    expect(await statesOf('b', twice)).toEqual(new Set(['[]', '["x"]', '["x","x"]']))
    expect((await exhaust(twice)).states).toBe(3)
  })

  test('that are equal are one in a set, and can be received without end', async () => {
    const { verdict, states } = await exhaust(world([speaker('x', 'x'), listener]), {
      network: 'set',
      depthMax: 4,
    })
    expect([verdict, states]).toEqual([{ kind: 'bound', bound: 'depthMax', value: 4 }, 5])
  })

  test('may be lost, or arrive twice, as often as is allowed', async () => {
    const once = world([speaker('x'), listener])
    expect((await exhaust(once, { losses: 1 })).states).toBe(3)
    expect(await statesOf('b', once, { duplicates: 1 })).toEqual(new Set(['[]', '["x"]', '["x","x"]']))
    expect(await statesOf('b', talk, { losses: 1, network: 'ordered' })).toEqual(
      new Set(['[]', '["x"]', '["y"]', '["x","y"]']),
    )
  })

  test('that nobody heeds stay in flight: no step leads on', async () => {
    const result = await exhaust(world([speaker('x'), idle]))
    expect(result).toMatchObject({ states: 1, transitions: 0, ignored: 1, ends: 1 })
  })
})

describe('timers', () => {
  const two: Program = (env) => {
    const fired: string[] = []
    const fire = (name: string) => (): void => {
      fired.push(name)
      env.probe('state', fired)
      if (name === 'early') env.timers.after(ms(1), fire('next'))
    }
    env.timers.after(ms(5), fire('late'))
    env.timers.after(ms(2), fire('early'))
    env.probe('state', fired)
  }

  test('of one node fire as they are due by its own clock', async () => {
    expect(await statesOf('a', world([two]))).toEqual(
      new Set(['[]', '["early"]', '["early","next"]', '["early","next","late"]']),
    )
  })

  test('fire in any order where that is allowed', async () => {
    const seen = await statesOf('a', world([two]), { timers: 'any' })
    expect(seen).toContain('["late","early","next"]')
    expect(seen).toContain('["early","late","next"]')
  })

  test('of different nodes fire in any order, and move only the clock of their own', async () => {
    const reader: Program = (env) => {
      const times: number[] = []
      env.timers.after(ms(3), () => {
        times.push(env.clock.monotonic())
        env.probe('state', times)
      })
      env.probe('state', times)
    }
    const result = await exhaust(world([reader, two]))
    expect(result.states).toBe(2 * 4)
    expect(result.clockReaders).toEqual(['a'])
    expect(await statesOf('a', world([reader, two]))).toEqual(new Set(['[]', '[3000000]']))
  })

  test('that are periodic make no state of their own each time', async () => {
    const beats: Program = (env) => {
      env.timers.every(ms(1), () => env.messages.send('b', { kind: 'beat' }))
      env.probe('state', null)
    }
    expect(await exhaust(world([beats, idle]), { network: 'set' })).toMatchObject({
      verdict: { kind: 'exhausted' },
      states: 2,
    })
  })
})

describe('an async program', () => {
  test('goes on behind its awaits within the step that lets it', async () => {
    const sleeper: Program = async (env) => {
      for (let round = 0; round < 3; round++) {
        env.probe('state', round)
        await env.sleep(ms(1))
      }
      env.probe('state', 'done')
      await env.cpu.work(ms(5))
      env.messages.send('b', { kind: 'say', what: 'bye' })
    }
    expect(await exhaust(world([sleeper, listener]))).toMatchObject({
      verdict: { kind: 'exhausted' },
      states: 5,
      depth: 4,
    })
  })
})

describe('crashes', () => {
  const counter: Program = (env) => {
    let count = 0
    env.messages.on('say', () => {
      env.probe('state', [env.incarnation, ++count])
    })
    env.probe('state', [env.incarnation, count])
  }

  test('take the memory of a program, which may start again and receive what is still in flight', async () => {
    const seen = await statesOf('b', world([speaker('x', 'y'), counter]), { crashes: 1, crashesOf: ['b'] })
    expect(seen).toEqual(new Set(['[1,0]', '[1,1]', '[1,2]', '[2,0]', '[2,1]', '[2,2]']))
  })

  test('are for good where nothing starts again, and hit only who may crash', async () => {
    const may: ExhaustOptions = { crashes: 2, restarts: false }
    expect(await statesOf('b', world([idle, counter]), may)).toEqual(new Set(['[1,0]']))
    expect((await exhaust(world([idle, idle]), may)).states).toBe(4)
    expect((await exhaust(world([idle, idle]), { ...may, crashes: 1 })).states).toBe(3)
    expect((await exhaust(world([idle, idle]), { ...may, crashesOf: ['a'] })).states).toBe(2)
  })

  test('keep or lose what a disk had not synced', async () => {
    const writer: Program = async (env: Env) => {
      env.probe('state', 'starts')
      const file = await env.disk.open('/note', { create: true })
      const found = await file.size()
      env.probe('state', ['found', found])
      await file.append(new Uint8Array(3))
      env.probe('state', ['written', found])
    }
    const seen = await statesOf('a', world([writer]), { crashes: 1 })
    expect(seen).toContain('["found",3]')
    expect(seen).toContain('["found",0]')
  })
})

describe('a violation', () => {
  test('comes with a shortest path to it, with what is published on the way, and its events', async () => {
    const bad = world([speaker('x', 'y', 'z'), listener], { invariants: [neverPublished(['z', 'x'])] })
    const result = await exhaust(bad)
    expect(result.verdict).toMatchObject({
      kind: 'violated',
      violation: { invariant: 'never ["z","x"]', node: 'b' },
    })
    expect(pathOf(result)).toEqual(['delivery b', 'delivery b'])
    expect('path' in result.verdict && result.verdict.path[1]?.state).toEqual(['z', 'x'])
    const violation = 'violation' in result.verdict ? result.verdict.violation : null
    expect(result.events.find(({ seq }) => seq === violation?.seq)).toMatchObject({
      kind: 'probe',
      node: 'b',
    })
  })

  test('may be there before anything has happened', async () => {
    const result = await exhaust(world([idle], { invariants: [neverPublished(null)] }))
    expect([result.verdict.kind, pathOf(result)]).toEqual(['violated', []])
  })

  test('is an uncaught error as well', async () => {
    const throws: Program = (env) => {
      env.probe('state', null)
      env.timers.after(ns(1), () => {
        throw new Error('boom')
      })
    }
    expect((await exhaust(world([throws]))).verdict).toMatchObject({
      kind: 'violated',
      violation: { message: 'a: Error: boom' },
    })
  })

  test('that depends on the order of events at two nodes is found although their steps are independent', async () => {
    const announces =
      (what: string): Program =>
      (env) => {
        env.timers.after(ms(1), () => {
          env.log.info(what)
          env.probe('state', 1)
        })
        env.probe('state', 0)
      }
    const bBeforeA: Invariant = {
      name: 'a speaks first',
      kinds: ['log'],
      begin: () => {
        const heard: string[] = []
        return {
          on: (event) => {
            heard.push(event.node)
            return heard.join('') === 'ba' ? { kind: 'violated', message: 'b spoke first' } : null
          },
          memory: () => heard,
          looked: () => heard.length,
        }
      },
    }
    const result = await exhaust(world([announces('a'), announces('b')], { invariants: [bBeforeA] }))
    expect(pathOf(result)).toEqual(['timer b', 'timer a'])
  })
})
