import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ask } from './asking.ts'
import { commandSequences, type SimulatedCommand } from './commands.ts'
import { modelRun, ModelRunError, type ModelWorld } from './model-run.ts'
import { plans } from './plans.ts'
import { seeds } from './seeds.ts'
import { type Env, type Message, ms, node, type Program, seconds } from '../../sim/index.ts'

/** Keeps the last few values; one too few when it is wrong. */
const store =
  (capacity: number): Program =>
  (env) => {
    const values: number[] = []
    env.messages.on('put', ({ value }, client) => {
      values.push(Number(value))
      if (values.length > capacity) values.shift()
      env.messages.send(client, { kind: 'done' })
    })
    env.messages.on('list', (_, client) => env.messages.send(client, { kind: 'values', values: [...values] }))
  }

interface Model {
  readonly values: number[]
}

class Put implements SimulatedCommand<Model, Env> {
  readonly #value: number
  constructor(value: number) {
    this.#value = value
  }
  check({ values }: Model): boolean {
    return values.length < 5
  }
  async run({ values }: Model, env: Env): Promise<void> {
    const message = { kind: 'put', value: this.#value }
    if ((await ask(env, { target: 'store', message, answer: 'done' })) === null) throw new Error('no answer')
    values.push(this.#value)
  }
  toString(): string {
    return `put ${this.#value}`
  }
}

class List implements SimulatedCommand<Model, Env> {
  check(): boolean {
    return true
  }
  async run({ values }: Model, env: Env): Promise<void> {
    const answer: Message | null = await ask(env, {
      target: 'store',
      message: { kind: 'list' },
      answer: 'values',
    })
    deepStrictEqual(answer?.['values'], values)
  }
  toString(): string {
    return 'list'
  }
}

const sequences = commandSequences<Model, Env>([
  fc.integer({ min: 0, max: 1000 }).map((value) => new Put(value)),
  fc.constant(new List()),
])
const setup = { model: (): Model => ({ values: [] }), real: (env: Env) => env }
const world = (capacity: number, rest: Partial<ModelWorld> = {}): ModelWorld => ({
  seed: 1,
  nodes: [node('store', store(capacity))],
  duration: seconds(5),
  ...rest,
})

describe('commands against a simulated system', () => {
  test('pass when the system does what the model does', async () => {
    const property = fc.asyncProperty(seeds(), sequences, async (seed, commands) => {
      await modelRun(world(5, { seed, strategy: { kind: 'random' } }), setup, commands)
    })
    await expect(fc.assert(property, { numRuns: 20, seed: 1 })).resolves.toBeUndefined()
  })

  test('shrink to the few that show the difference, in few runs', async () => {
    let runs = 0
    const property = fc.asyncProperty(sequences, async (commands) => {
      runs++
      await modelRun(world(4), setup, commands)
    })
    const found = await fc.check(property, { seed: 3 })
    expect(found.counterexample?.[0].map(String)).toEqual([
      'put 0',
      'put 0',
      'put 0',
      'put 0',
      'put 0',
      'list',
    ])
    expect(found.errorInstance).toBeInstanceOf(ModelRunError)
    expect(String(found.errorInstance)).toContain('5. put 0\n6. list\nfailed at 0.0')
    const shrinking = runs - found.numRuns
    expect(shrinking).toBeLessThan(120)
    const again = await fc.check(property, {
      seed: 3,
      path: found.counterexamplePath ?? '',
      endOnFailure: true,
    })
    expect(again.counterexample?.[0].map(String)).toEqual(found.counterexample?.[0].map(String))
  })

  test('are run the same way again', async () => {
    const commands = [new Put(1), new List(), new Put(2), new List()]
    const [first, second] = [
      await modelRun(world(5), setup, commands),
      await modelRun(world(5), setup, commands),
    ]
    expect(second.digest).toBe(first.digest)
    const other = await modelRun(world(5, { seed: 2 }), setup, commands)
    expect(other.digest).not.toBe(first.digest)
  })

  test('fail under faults that the system does not survive', async () => {
    const faults = plans({ nodes: ['store'], groups: [] }, { duration: seconds(1), unrestricted: true })
    const property = fc.asyncProperty(faults, async (plan) => {
      await modelRun(world(5, { plan }), setup, [new Put(1), new Wait(), new List()])
    })
    const { counterexample } = await fc.check(property, { seed: 1 })
    expect(counterexample?.[0]).toHaveLength(1)
  })

  test('that never end are named', async () => {
    await expect(modelRun(world(5), setup, [new Put(1), new Forever()])).rejects.toThrow(
      /1\. put 1\n2\. forever\n/,
    )
  })
})

class Wait extends List {
  override async run(_: Model, env: Env): Promise<void> {
    await env.sleep(ms(1500))
  }
}

class Forever extends List {
  override async run(): Promise<void> {
    await new Promise(() => undefined)
  }
  override toString(): string {
    return 'forever'
  }
}

test('commands of no kind are refused', () => {
  expect(() => commandSequences([])).toThrow('at least one')
})
