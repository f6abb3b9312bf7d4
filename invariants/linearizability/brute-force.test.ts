// The search against a checker too simple to be wrong: every order, executed on plain sequential objects.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Data } from '../../sim/index.ts'
import { checkLinearizable } from './check.ts'
import { unhurried } from './deadline.ts'
import { judgeNarrowed } from './judge-object.ts'
import { modelNamed, type Model } from './models/index.ts'
import type { FailMeaning, Operation, Outcome } from './operation.ts'
import { partitionsOf } from './partition.ts'
import { isLinearizableByForce } from './testing/every-order.ts'
import { references, type Reference } from './testing/references.ts'

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
/** How long an operation waits for its turn or for its answer, in tenths of a turn: calls and returns in every order. */
const span = fc.oneof({ weight: 3, arbitrary: fc.nat(35) }, { weight: 1, arbitrary: fc.nat(120) })
/** Mostly the same few: equal values, some of them without a known end, are what the search's shortcuts are about. */
const input = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat(3) },
  { weight: 1, arbitrary: fc.nat() },
)
const step = fc.record<Step>({
  call: fc.nat(),
  input,
  process: fc.nat(2),
  before: span,
  after: span,
  fate: fc.constantFrom('told', 'told', 'told', 'silent', 'silent', 'lost', 'failed'),
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
      const common = { process, f, key: null, input, call: index - step.before / 10 - 0.04 }
      const end = index + step.after / 10 + 0.04
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
    ({ operations }) =>
      judgeNarrowed(operations, model.begin(operations, true, unhurried), limits).kind === 'found',
  )
}

const RUNS = Number(process.env['FC_RUNS'] ?? 150)

/** Operations as call, return, f, input, and the output where one was seen. */
function historyOf(
  script: readonly (readonly [number, number, string, Data, Data?])[],
): readonly Operation[] {
  return script.map(([call, end, f, input, output = null], process) => ({
    process: String(process),
    f,
    key: null,
    input,
    output,
    outcome: end === Infinity ? 'info' : 'ok',
    call,
    return: end,
  }))
}

it.each([
  [
    'cas-register',
    historyOf([
      [1, 2, 'write', 1],
      [3, Infinity, 'write', 1],
      [5, 7, 'cas', [1, 3]],
      [6, 8, 'write', 2],
      [9, 10, 'read', null, 3],
    ]),
  ],
  [
    'kv',
    historyOf([
      [1, 2, 'put', 'a'],
      [3, Infinity, 'put', 'a'],
      [5, 7, 'append', 'b'],
      [6, 8, 'delete', null],
      [9, 10, 'get', null, 'ab'],
    ]),
  ],
])('lets a write without an end put back, for %s, what an unseen one took away', (name, history) => {
  const model = modelNamed(name) as Model
  const [, , reference] = references.find(([, each]) => each === name)!
  expect(isLinearizableByForce(reference, history, 'dropped')).toBe(true)
  expect(checkLinearizable(history, { model }).kind).toBe('linearizable')
  expect(isFoundNarrowed(history, model, 'dropped')).toBe(true)
})

describe.each(references)('%s', (_, name, reference) => {
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
