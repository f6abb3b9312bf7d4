// How long the linearizability checker takes: recorded histories of real systems where they are at hand, and generated
// ones that are much harder.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import {
  type Model,
  type Operation,
  casRegister,
  checkLinearizable,
  keyedByValue,
  kv,
  parseHistory,
} from '../invariants/index.ts'
import { type Data, type RandomStream, randomStream } from '../sim/index.ts'

/** One figure of a benchmark. */
interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const rounds = 5

/** Measures checking, and reading where there is something to read; parsing is a row of its own. */
export async function benchLinearizability(): Promise<readonly Row[]> {
  return Promise.resolve([...recordedRows(), ...generatedRows()])
}

// ---- recorded

function recordedRows(): readonly Row[] {
  const root = fileURLToPath(new URL('../', import.meta.url))
  const folder = join(process.env['CONFORMANCE_DIR'] ?? join(root, '../shared/data'), 'porcupine')
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).toSorted()
  const etcd = textsOf(folder, names, /^etcd_\d+\.log$/)
  const largest = textsOf(folder, names, /^c10-(?:ok|bad)\.txt$/)
  return [
    row(`${etcd.length} etcd logs read`, () => etcd.map((text) => parseHistory(text))),
    checkRow(`${etcd.length} etcd logs checked, first time`, etcd, casRegister, 1),
    checkRow(`${etcd.length} etcd logs checked`, etcd, casRegister, rounds),
    checkRow('kv histories of 10 clients checked', largest, kv, rounds),
  ]
}

function textsOf(folder: string, names: readonly string[], pattern: RegExp): readonly string[] {
  return names.filter((name) => pattern.test(name)).map((name) => readFileSync(join(folder, name), 'utf8'))
}

function checkRow(name: string, texts: readonly string[], model: Model, times: number): Row {
  const histories = texts.map((text) => keyed(parseHistory(text), model))
  return row(name, () => histories.map((history) => checkLinearizable(history, { model }).kind), times)
}

function keyed(operations: readonly Operation[], model: Model): readonly Operation[] {
  return model === kv ? keyedByValue(operations) : operations
}

/** The best time of a few rounds. */
function row(name: string, body: () => unknown, times: number = rounds): Row {
  let best = Infinity
  for (let round = 0; round < times; round++) {
    const begin = performance.now()
    body()
    best = Math.min(best, performance.now() - begin)
  }
  return { name: `linearizability: ${name}`, value: best, unit: 'ms' }
}

// ---- generated

type Workload = (random: RandomStream, index: number) => readonly [f: string, input: Data]

const fewValues: Workload = (random) => {
  const kind = random.float()
  if (kind < 0.4) return ['read', null]
  return kind < 0.8 ? ['write', random.int(0, 4)] : ['cas', [random.int(0, 4), random.int(0, 4)]]
}
const manyValues: Workload = (random, index) => (random.float() < 0.5 ? ['read', null] : ['write', index])
const appends: Workload = (random, index) => {
  if (random.float() < 0.4) return ['get', null]
  return random.float() < 0.7 ? ['append', `x${index} `] : ['put', `y${index} `]
}

function generatedRows(): readonly Row[] {
  return [
    generatedRow('10,000 operations, 10 clients, 5 values', casRegister, {
      workload: fewValues,
      clients: 10,
    }),
    generatedRow('10,000 operations, 30 clients, 5 values', casRegister, {
      workload: fewValues,
      clients: 30,
    }),
    generatedRow('10,000 operations, 30 clients, all values differ', casRegister, {
      workload: manyValues,
      clients: 30,
    }),
    generatedRow('10,000 operations, 30 clients, 500 without an end', casRegister, {
      workload: manyValues,
      clients: 30,
      openRatio: 0.05,
    }),
    generatedRow('4,000 gets, puts and appends to one key, 10 clients', kv, {
      workload: appends,
      clients: 10,
      count: 4000,
    }),
    generatedRow('100,000 operations on 1,000 keys, 50 clients', casRegister, {
      workload: fewValues,
      clients: 50,
      count: 100_000,
      keys: 1000,
    }),
  ]
}

interface Load {
  readonly workload: Workload
  readonly clients: number
  readonly count?: number
  readonly keys?: number
  readonly openRatio?: number
}

function generatedRow(name: string, model: Model, load: Load): Row {
  const history = historyOf(load)
  return row(
    name,
    () => {
      const { kind } = checkLinearizable(history, { model })
      if (kind !== 'linearizable') throw new Error(`${name}: got ${kind}, wanted linearizable`)
    },
    3,
  )
}

/** A history of a real execution: time passes in steps; at each a random client begins, takes effect, or ends. */
function historyOf({
  workload,
  clients,
  count = 10_000,
  keys = 1,
  openRatio = 0,
}: Load): readonly Operation[] {
  const random = randomStream(1, 'bench/linearizability')
  const cells = Array.from({ length: keys }, (): Data => null)
  const busy = new Map<number, { operation: Operation; effect: Operation | undefined }>()
  const operations: Operation[] = []
  for (let place = 1, begun = 0; begun < count || busy.size > 0; place++) {
    const client = random.int(0, clients - 1)
    const current = busy.get(client)
    if (current === undefined) {
      if (begun >= count) continue
      const [f, input] = workload(random, begun++)
      const key = random.int(0, keys - 1)
      const operation = { process: String(client), f, key, input, output: null, call: place } as const
      busy.set(client, { operation: { ...operation, outcome: 'info', return: Infinity }, effect: undefined })
    } else if (current.effect === undefined) current.effect = takeEffect(current.operation, cells)
    else {
      busy.delete(client)
      const isOpen = random.float() < openRatio
      operations.push(isOpen ? current.operation : { ...current.effect, return: place })
    }
  }
  return operations.toSorted((a, b) => a.call - b.call)
}

function takeEffect(operation: Operation, cells: Data[]): Operation {
  const { f, input } = operation
  const key = Number(operation.key)
  const value = cells[key] ?? null
  if (f === 'read' || f === 'get') return { ...operation, outcome: 'ok', output: value }
  if (f === 'cas') {
    const [expected, next] = input as readonly Data[]
    if (expected !== value) return { ...operation, outcome: 'fail', output: input }
    cells[key] = next ?? null
  } else cells[key] = f === 'append' ? `${textOf(value)}${textOf(input)}` : input
  return { ...operation, outcome: 'ok', output: input }
}

function textOf(value: Data): string {
  return typeof value === 'string' ? value : ''
}
