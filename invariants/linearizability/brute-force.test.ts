// The search against a checker too simple to be wrong: every order, executed on plain sequential objects.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Data } from '../../sim/index.ts'
import { canonicalText } from './canonical-text.ts'
import { checkLinearizable } from './check.ts'
import { judgeNarrowed } from './judge-object.ts'
import { modelNamed, type Model } from './models/index.ts'
import type { FailMeaning, Operation, Outcome } from './operation.ts'
import { partitionsOf } from './partition.ts'

/** What a call does to a plain sequential object: the state after it, its output, whether it was refused. */
interface Reply {
  readonly state: Data
  readonly output: Data
  readonly isRefused?: boolean
}

interface Reference {
  readonly initial: Data
  readonly calls: readonly { readonly f: string; readonly inputs: readonly Data[] }[]
  /** Outputs that a mutation may put in the place of the right one. */
  readonly outputs: readonly Data[]
  /** Operations whose failure can be an observation. */
  readonly refusable: readonly string[]
  apply(state: Data, f: string, input: Data, process: string): Reply
}

const pairs = [0, 1, 2].flatMap((a) => [0, 1, 2, 3].map((b): Data => [a, b]))
const registerReference: Reference = {
  initial: null,
  calls: [
    { f: 'read', inputs: [null] },
    { f: 'write', inputs: [0, 1, 2, 3] },
  ],
  outputs: [null, 0, 1, 2],
  refusable: [],
  apply: (state, f, input) => (f === 'read' ? { state, output: state } : { state: input, output: input }),
}
const casReference: Reference = {
  ...registerReference,
  calls: [...registerReference.calls, { f: 'cas', inputs: pairs }],
  refusable: ['cas'],
  apply: (state, f, input, process) => {
    if (f !== 'cas') return registerReference.apply(state, f, input, process)
    const [expected, value] = input as readonly Data[]
    return expected === state
      ? { state: value ?? null, output: input }
      : { state, output: input, isRefused: true }
  },
}
const kvReference: Reference = {
  initial: null,
  calls: [
    { f: 'get', inputs: [null] },
    { f: 'put', inputs: ['', 'a', 'ab'] },
    { f: 'append', inputs: ['a', 'b'] },
    { f: 'delete', inputs: [null] },
    {
      f: 'cas',
      inputs: [
        ['a', 'b'],
        [null, 'a'],
        ['ab', 'a'],
      ],
    },
  ],
  outputs: [null, '', 'a', 'b', 'ab', 'ba', 'aa'],
  refusable: ['cas', 'delete'],
  apply: (state, f, input, process) => {
    switch (f) {
      case 'get':
        return { state, output: state }
      case 'append':
        return { state: ((state ?? '') as string) + (input as string), output: null }
      case 'delete':
        return { state: null, output: null, isRefused: state === null }
      default:
        return casReference.apply(state, f === 'put' ? 'write' : f, input, process)
    }
  },
}
const appendReference: Reference = { ...kvReference, calls: [kvReference.calls[0]!, kvReference.calls[2]!] }
const queueReference: Reference = {
  initial: [],
  calls: [
    { f: 'enqueue', inputs: [1, 2, 3, 4, 5, 6] },
    { f: 'dequeue', inputs: [null] },
  ],
  outputs: [1, 2, 3, 4, 5],
  refusable: ['dequeue'],
  apply: (state, f, input) => {
    const items = state as readonly Data[]
    if (f === 'enqueue') return { state: [...items, input], output: input }
    return { state: items.slice(1), output: items[0] ?? null, isRefused: items.length === 0 }
  },
}
const elementReference: Reference = {
  initial: [],
  calls: [
    { f: 'add', inputs: [1, 2] },
    { f: 'remove', inputs: [1, 2] },
    { f: 'contains', inputs: [1, 2] },
  ],
  outputs: [true, false],
  refusable: ['add', 'remove'],
  apply: (state, f, input) => {
    const items = state as readonly number[]
    const isThere = items.includes(input as number)
    if (f === 'contains') return { state, output: isThere }
    if (f === 'read') return { state, output: state }
    const rest = items.filter((item) => item !== input)
    const isRefused = isThere === (f === 'add')
    return {
      state: f === 'add' ? [...rest, input as number].toSorted((a, b) => a - b) : rest,
      output: !isRefused,
      isRefused,
    }
  },
}
const setReference: Reference = {
  ...elementReference,
  calls: [...elementReference.calls, { f: 'read', inputs: [null] }],
  outputs: [true, false, [], [1], [2], [1, 2]],
}
const counterReference: Reference = {
  initial: 0,
  calls: [
    { f: 'add', inputs: [1, 2, -1] },
    { f: 'increment', inputs: [null] },
    { f: 'read', inputs: [null] },
  ],
  outputs: [0, 1, 2, 3],
  refusable: [],
  apply: (state, f, input) => {
    if (f === 'read') return { state, output: state }
    return { state: (state as number) + (f === 'add' ? (input as number) : 1), output: input }
  },
}
const lockReference: Reference = {
  initial: null,
  calls: [
    { f: 'acquire', inputs: [null] },
    { f: 'release', inputs: [null] },
  ],
  outputs: [null],
  refusable: ['acquire', 'release'],
  apply: (state, f, _, process) => {
    if (f === 'acquire')
      return state === null ? { state: process, output: null } : { state, output: null, isRefused: true }
    return state === process ? { state: null, output: null } : { state, output: null, isRefused: true }
  },
}
const logReference: Reference = {
  initial: [],
  calls: [
    { f: 'append', inputs: ['a', 'b', 'c'] },
    { f: 'read', inputs: [null, 0, 1] },
  ],
  outputs: [null, 0, 1, 2, [], ['a'], ['b'], ['a', 'b'], ['b', 'a']],
  refusable: [],
  apply: (state, f, input) => {
    const entries = state as readonly Data[]
    if (f === 'append') return { state: [...entries, input], output: entries.length }
    return { state, output: entries.slice((input as number | null) ?? 0) }
  },
}

// ---- every order

/** Whether some order of the operations is a run of the reference. */
function isLinearizableByForce(
  reference: Reference,
  operations: readonly Operation[],
  fail: FailMeaning,
): boolean {
  const isObservation = ({ f }: Operation): boolean => fail === 'observed' && reference.refusable.includes(f)
  const happened = operations.filter((one) => one.outcome !== 'fail' || isObservation(one))
  return canFinish(reference, happened)
}

/** Every order is tried, but no two that left the same operations and the same state. */
function canFinish(reference: Reference, operations: readonly Operation[]): boolean {
  const failed = new Set<string>()
  const finish = (state: Data, rest: readonly Operation[]): boolean => {
    if (rest.every(({ outcome }) => outcome === 'info')) return true
    const key = `${canonicalText(state)} ${rest.map(({ call }) => call).join()}`
    if (failed.has(key)) return false
    failed.add(key)
    const firstEnd = Math.min(...rest.map((operation) => operation.return))
    return rest.some((operation) => {
      if (operation.call > firstEnd) return false
      const after = rest.filter((other) => other !== operation)
      const reply = reference.apply(state, operation.f, operation.input, operation.process)
      return isPossible(operation, reply) && finish(reply.state, after)
    })
  }
  return finish(reference.initial, operations)
}

function isPossible(operation: Operation, reply: Reply): boolean {
  if (operation.outcome === 'info') return reply.isRefused !== true
  if (operation.outcome === 'fail') return reply.isRefused === true
  const { output, f } = operation
  if (output === null && ['add', 'remove', 'delete'].includes(f)) return true
  if (output === null && !['read', 'get', 'dequeue', 'contains'].includes(f)) return reply.isRefused !== true
  if (typeof output === 'boolean' && ['add', 'remove', 'contains'].includes(f)) return output === reply.output
  if (reply.isRefused === true && f !== 'dequeue') return false
  const isEmpty = f === 'get' && output === '' && reply.output === null
  return isEmpty || canonicalText(output) === canonicalText(reply.output)
}

// ---- histories

interface Step {
  readonly call: number
  readonly input: number
  readonly process: number
  readonly before: number
  readonly after: number
  readonly fate: 'told' | 'silent' | 'lost' | 'failed'
}
interface Mutation {
  readonly at: number
  readonly output: number
  readonly outcome: Outcome | 'same'
}

const LENGTH = Number(process.env['FC_LENGTH'] ?? 9)
const span = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(12) })
const step = fc.record<Step>({
  call: fc.nat(),
  input: fc.nat(),
  process: fc.nat(2),
  before: span,
  after: span,
  fate: fc.constantFrom('told', 'told', 'told', 'silent', 'lost', 'failed'),
})
const steps = fc.array(step, { maxLength: LENGTH, size: 'max' })
const longSteps = fc.array(step, { minLength: 15, maxLength: 40, size: 'max' })
const mutations = fc.array(
  fc.record<Mutation>({
    at: fc.nat(),
    output: fc.nat(),
    outcome: fc.constantFrom<Outcome | 'same'>('same', 'same', 'ok', 'fail', 'info'),
  }),
  { minLength: 1, maxLength: 3 },
)

/** A history of a real execution: each operation takes effect at a point of its own within its interval. */
function execute(reference: Reference, plan: readonly Step[], fail: FailMeaning): readonly Operation[] {
  let state = reference.initial
  return withDistinctPlaces(
    plan.map((step, index): Operation => {
      const { f, inputs } = reference.calls[step.call % reference.calls.length]!
      const input = inputs[step.input % inputs.length]!
      const process = String(step.process)
      const common = { process, f, key: null, input, call: index - step.before - 0.4 }
      const end = index + step.after + 0.4
      if (step.fate === 'lost') return { ...common, output: null, outcome: 'info', return: Infinity }
      const reply = reference.apply(state, f, input, process)
      const isObserved = reply.isRefused === true && reference.refusable.includes(f)
      if (step.fate === 'failed' && !(fail === 'observed' && reference.refusable.includes(f)))
        return { ...common, output: null, outcome: 'fail', return: end }
      if (!isObserved) state = reply.state
      if (step.fate === 'silent') return { ...common, output: null, outcome: 'info', return: Infinity }
      return { ...common, output: reply.output, outcome: isObserved ? 'fail' : 'ok', return: end }
    }),
  )
}

/** The same order of calls and ends, on places that are all different. */
function withDistinctPlaces(operations: readonly Operation[]): readonly Operation[] {
  const ends = operations.flatMap((operation, index) => [
    { index, isCall: true, at: operation.call },
    { index, isCall: false, at: operation.return },
  ])
  ends.sort((a, b) => (a.at === b.at ? a.index - b.index : a.at - b.at))
  const placed = operations.map((operation) => ({ ...operation }))
  for (const [place, { index, isCall, at }] of ends.entries())
    if (isCall) placed[index]!.call = place + 1
    else if (at !== Infinity) placed[index]!.return = place + 1
  return placed.toSorted((a, b) => a.call - b.call)
}

function mutate(
  reference: Reference,
  operations: readonly Operation[],
  changes: readonly Mutation[],
): readonly Operation[] {
  const changed = [...operations]
  for (const { at, output, outcome } of changes) {
    const operation = changed[at % changed.length]
    if (operation === undefined || operation.outcome === 'info') continue
    const isReader = ['read', 'get', 'dequeue', 'contains'].includes(operation.f)
    const answer = reference.outputs[output % reference.outputs.length]!
    const isFit = isReader
      ? operation.f !== 'read' || typeof answer !== 'boolean'
      : typeof answer === 'boolean'
    changed[at % changed.length] = {
      ...operation,
      outcome: outcome === 'same' ? operation.outcome : outcome,
      ...(outcome === 'info' ? { output: null, return: Infinity } : {}),
      ...(outcome !== 'info' && isFit ? { output: answer } : {}),
    }
  }
  return changed
}

/** Outputs must be ones that the model can read at all. */
function fitOutput(name: string, operation: Operation): Operation {
  const { f, output, outcome } = operation
  if (outcome !== 'ok') return operation
  if (name === 'set' && f === 'read' && !Array.isArray(output)) return { ...operation, output: [1] }
  if (name === 'set' && f === 'contains' && typeof output !== 'boolean') return { ...operation, output: true }
  if (name === 'set' && typeof output !== 'boolean' && f !== 'read') return { ...operation, output: null }
  if (name === 'log' && f === 'read' && !Array.isArray(output)) return { ...operation, output: ['a'] }
  if (name === 'log' && f === 'append' && typeof output !== 'number') return { ...operation, output: 0 }
  if (name === 'counter' && f === 'read' && typeof output !== 'number') return { ...operation, output: 1 }
  return operation
}

/** The answer of the search that works out first what must hold in every order; small histories do without it. */
function isFoundNarrowed(history: readonly Operation[], model: Model, fail: FailMeaning): boolean {
  const limits = { stepsMax: 1e7, entriesMax: 1e6 }
  return partitionsOf(history, model, fail).every(
    ({ operations }) => judgeNarrowed(operations, model.begin(operations, true), limits).kind === 'found',
  )
}

const cases: readonly (readonly [string, string, Reference])[] = [
  ['register', 'register', registerReference],
  ['cas-register', 'cas-register', casReference],
  ['kv', 'kv', kvReference],
  ['kv of appends alone', 'kv', appendReference],
  ['queue', 'queue', queueReference],
  ['set of single elements', 'set', elementReference],
  ['set read as a whole', 'set', setReference],
  ['counter', 'counter', counterReference],
  ['lock', 'lock', lockReference],
  ['log', 'log', logReference],
]
const RUNS = Number(process.env['FC_RUNS'] ?? 150)

describe.each(cases)('%s', (_, name, reference) => {
  const model = modelNamed(name) as Model
  for (const fail of ['dropped', 'observed'] as const) {
    it(`finds an order of every real execution (fail: ${fail})`, () => {
      fc.assert(
        fc.property(steps, (plan) => {
          const history = execute(reference, plan, fail)
          expect(checkLinearizable(history, { model, fail }).kind).toBe('linearizable')
          expect(isFoundNarrowed(history, model, fail)).toBe(true)
        }),
        { numRuns: RUNS },
      )
    })

    it(`finds an order of every long real execution (fail: ${fail})`, () => {
      fc.assert(
        fc.property(longSteps, (steps) => {
          // Orders of equal values in a queue are what is truly hard: there the histories are not as long.
          const plan = steps.slice(0, name === 'queue' ? 18 : 40)
          const history = execute(reference, plan, fail)
          expect(checkLinearizable(history, { model, fail }).kind).toBe('linearizable')
          expect(isFoundNarrowed(history, model, fail)).toBe(true)
        }),
        { numRuns: RUNS / 5 },
      )
    })

    it(`agrees with the trial of all orders on damaged histories (fail: ${fail})`, () => {
      let violations = 0
      fc.assert(
        fc.property(steps, mutations, (plan, changes) => {
          const damaged = mutate(reference, execute(reference, plan, fail), changes)
          const history = damaged.map((operation) => fitOutput(name, operation))
          const wanted = isLinearizableByForce(reference, history, fail)
          if (!wanted) violations++
          const verdict = checkLinearizable(history, { model, fail })
          expect(verdict.kind).toBe(wanted ? 'linearizable' : 'not-linearizable')
          expect(isFoundNarrowed(history, model, fail)).toBe(wanted)
          const window = verdict.kind === 'not-linearizable' ? verdict.explain().operations : []
          expect(window.length > 0).toBe(!wanted)
        }),
        { numRuns: RUNS * 2 },
      )
      expect(violations).toBeGreaterThan(RUNS / 50)
    })
  }
})
