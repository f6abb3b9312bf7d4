// The objects that the models stand for, as plain sequential code too simple to be wrong.

import type { Data } from '../../../sim/index.ts'

/** What a call does: the state after it, its output, whether it was refused. */
export interface Reply {
  readonly state: Data
  readonly output: Data
  readonly isRefused?: boolean
}

/** A plain sequential object, and what is called on it. */
export interface Reference {
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

/** A title, the model's name, and the object that it stands for. */
export const references: readonly (readonly [title: string, model: string, reference: Reference])[] = [
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
