import { describe, expect, it } from 'vitest'

import type { Verdict } from './check.ts'
import { judge } from './judge.ts'
import { casRegister, counter, kv, lock, log, queue, register, set, type Model } from './models/index.ts'
import { showVerdict } from './show.ts'

/** Events as `process type f value`, one a line, values as JSON. */
function verdictOf(model: Model, script: string, options: { fail?: 'dropped' | 'observed' } = {}): Verdict {
  const lines = script
    .trim()
    .split('\n')
    .map((line) => {
      const [process = '', type, f, ...value] = line.trim().split(/ +/)
      return JSON.stringify({ process, type, f, value: JSON.parse(value.join(' ') || 'null') as unknown })
    })
  return judge(lines.join('\n'), { model, ...options }).verdict
}

const violations: readonly (readonly [Model, string, string])[] = [
  [
    register,
    'a stale read',
    `0 invoke write 1
     0 ok write 1
     0 invoke write 2
     0 ok write 2
     1 invoke read
     1 ok read 1`,
  ],
  [
    casRegister,
    'two winners of one cas',
    `0 invoke write 1
     0 ok write 1
     0 invoke cas [1,2]
     1 invoke cas [1,3]
     0 ok cas [1,2]
     1 ok cas [1,3]`,
  ],
  [
    kv,
    'an append that is lost',
    `0 invoke append ["x","a"]
     0 ok append ["x","a"]
     1 invoke append ["x","b"]
     1 ok append ["x","b"]
     0 invoke get ["x",null]
     0 ok get ["x","b"]`,
  ],
  [
    queue,
    'an element that overtakes another',
    `0 invoke enqueue 1
     0 ok enqueue 1
     0 invoke enqueue 2
     0 ok enqueue 2
     1 invoke dequeue
     1 ok dequeue 2
     1 invoke dequeue
     1 ok dequeue 1`,
  ],
  [
    set,
    'an element that comes back',
    `0 invoke add 1
     0 ok add 1
     0 invoke remove 1
     0 ok remove 1
     1 invoke read
     1 ok read [1]`,
  ],
  [
    counter,
    'a read between two values',
    `0 invoke add 2
     0 ok add 2
     1 invoke read
     1 ok read 1`,
  ],
  [
    lock,
    'two owners',
    `0 invoke acquire
     0 ok acquire
     1 invoke acquire
     1 ok acquire`,
  ],
  [
    log,
    'one offset given twice',
    `0 invoke append "a"
     1 invoke append "b"
     0 ok append 0
     1 ok append 0`,
  ],
]

describe('each model fires on', () => {
  it.each(violations.map(([model, title, script]) => [model.name, title, model, script] as const))(
    '%s: %s',
    (_, __, model, script) => {
      expect(showVerdict(verdictOf(model, script))).toMatchSnapshot()
    },
  )
})

describe('a failed operation', () => {
  const refusedCas = `0 invoke write 1
     0 ok write 1
     1 invoke cas [1,2]
     1 fail cas [1,2]
     0 invoke read
     0 ok read 1`

  it('did not happen, or observed that it could not, as the caller says', () => {
    expect(verdictOf(casRegister, refusedCas, { fail: 'dropped' }).kind).toBe('linearizable')
    expect(verdictOf(casRegister, refusedCas, { fail: 'observed' }).kind).toBe('not-linearizable')
  })

  it('means by default what the model says', () => {
    expect(verdictOf(casRegister, refusedCas).kind).toBe('not-linearizable')
    const refusedAdd = `0 invoke add 1\n0 fail add 1\n0 invoke read\n0 ok read []`
    expect(verdictOf(set, refusedAdd).kind).toBe('linearizable')
    expect(verdictOf(set, refusedAdd, { fail: 'observed' }).kind).toBe('not-linearizable')
  })

  it('of a read or a blind write never happened, whatever its meaning', () => {
    const failed = `0 invoke write 1\n0 fail write 1\n1 invoke read\n1 fail read 9\n1 invoke read\n1 ok read null`
    expect(verdictOf(register, failed, { fail: 'observed' }).kind).toBe('linearizable')
  })
})

describe('an operation without a known end', () => {
  it('may take effect much later', () => {
    const late = `0 invoke write 1\n0 info write 1\n1 invoke read\n1 ok read null\n1 invoke read\n1 ok read 1`
    expect(verdictOf(register, late).kind).toBe('linearizable')
  })

  it('takes effect once at most', () => {
    const twice = `0 invoke write 1\n0 info write 1
      1 invoke read\n1 ok read 1\n1 invoke write 2\n1 ok write 2\n1 invoke read\n1 ok read 1`
    expect(verdictOf(register, twice).kind).toBe('not-linearizable')
  })

  it('may be a cas or an acquire that found its precondition false', () => {
    expect(
      verdictOf(casRegister, '0 invoke cas [7,8]\n0 info cas [7,8]\n1 invoke read\n1 ok read null').kind,
    ).toBe('linearizable')
    const held =
      '0 invoke acquire\n0 ok acquire\n1 invoke acquire\n1 info acquire\n0 invoke release\n0 ok release'
    expect(verdictOf(lock, held).kind).toBe('linearizable')
  })
})

describe('bounds', () => {
  /** Additions of both signs: very many sums are possible, and the one read fits none. */
  const hard = [
    ...Array.from({ length: 24 }, (_, index) => `${index} invoke add ${3 * 2 ** index * (-1) ** index}`),
    '99 invoke read',
    '99 ok read 1',
  ].join('\n')

  it('on steps give unknown, never success', () => {
    const text = jsonOf(hard)
    const { verdict } = judge(text, { model: counter, stepsMax: 1000 })
    expect(verdict).toMatchObject({ kind: 'unknown', reason: '1000 steps' })
  })

  it('on memory give unknown', () => {
    const { verdict } = judge(jsonOf(hard), { model: counter, entriesMax: 100 })
    expect(verdict).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('memory') as string })
  })

  it('on time give unknown', () => {
    let now = 0
    const { verdict } = judge(jsonOf(hard), { model: counter, clock: () => now++, msMax: 3 })
    expect(verdict).toMatchObject({ kind: 'unknown', reason: 'time-out' })
  })

  it('on time hold while a history is read', () => {
    let now = 0
    const long = Array.from({ length: 1000 }, (_, place) => `${place} invoke read`).join('\n')
    const { verdict } = judge(jsonOf(long), { model: counter, clock: () => now++, msMax: 5 })
    expect(verdict).toMatchObject({ kind: 'unknown', reason: 'time-out' })
    expect(now).toBeLessThan(10)
  })

  it.each(['rules', 'facts'] as const)('on time hold while the %s of a model are made', (stage) => {
    let now = 0
    let isReached = false
    const slow: Model = {
      ...set,
      begin: (operations, foresight, check) => {
        const machine = set.begin(operations, foresight, () => undefined)
        const wait = (): void => {
          isReached = true
          now = 1000
          check()
        }
        if (stage === 'rules') wait()
        return {
          initial: machine.initial,
          actions: machine.actions,
          effects: machine.effects,
          size: 0,
          step: () => -1,
          show: String,
          facts: () => {
            wait()
            throw new Error('the check did not throw')
          },
        }
      },
    }
    const operations = 1500
    const reads = Array.from(
      { length: operations },
      (_, place) => `${place} invoke read\n${place} ok read []`,
    )
    const { verdict } = judge(jsonOf(reads.join('\n')), { model: slow, clock: () => now, msMax: 10 })
    expect(isReached).toBe(true)
    expect(verdict).toMatchObject({ kind: 'unknown', reason: 'time-out' })
  })

  it('on time hold for an explanation, which then says less', () => {
    let now = 0
    const bad = '0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read 2'
    const { verdict } = judge(jsonOf(bad), { model: register, clock: () => now, msMax: 10 })
    now = 10
    expect(showVerdict(verdict)).toContain('a bound was reached')
  })

  it('reached at one key do not hide a violation at another', () => {
    const events = hard
      .split('\n')
      .map((line) => line.split(' '))
      .map(([process, type, f, value]) => ({
        process,
        type,
        f,
        value: JSON.parse(value ?? 'null') as unknown,
        key: 'a',
      }))
    const bad = [
      { process: 'z', type: 'invoke', f: 'read', value: null, key: 'b' },
      { process: 'z', type: 'ok', f: 'read', value: 5, key: 'b' },
      { process: 'y', type: 'invoke', f: 'read', value: null, key: 'c' },
      { process: 'y', type: 'ok', f: 'read', value: 0, key: 'c' },
    ]
    const text = [...events, ...bad].map((event) => JSON.stringify(event)).join('\n')
    expect(judge(text, { model: counter, stepsMax: 1000 }).verdict.kind).toBe('not-linearizable')
  })
})

describe('keys', () => {
  it('are judged apart', () => {
    const text = ['a', 'b']
      .flatMap((key, process) => [
        { process, type: 'invoke', f: 'write', value: key, key },
        { process, type: 'ok', f: 'write', value: key, key },
        { process, type: 'invoke', f: 'read', value: null, key },
        { process, type: 'ok', f: 'read', value: key, key },
      ])
      .map((event) => JSON.stringify(event))
      .join('\n')
    expect(judge(text, { model: register }).verdict.kind).toBe('linearizable')
    expect(judge(text.replaceAll(/,"key":"."/g, ''), { model: register }).verdict.kind).toBe('linearizable')
  })

  it('of a store may stand in the values', () => {
    const script = `0 invoke put ["x",1]\n0 ok put ["x",1]\n0 invoke cas ["y",[null,5]]\n0 ok cas ["y",[null,5]]
      0 invoke get "x"\n0 ok get 1\n0 invoke get ["y",null]\n0 ok get ["y",5]`
    expect(verdictOf(kv, script).kind).toBe('linearizable')
    expect(verdictOf(kv, script.replace('ok get 1', 'ok get 5')).kind).toBe('not-linearizable')
  })
})

it('names file, line, got and wanted when an operation does not fit the model', () => {
  const text = jsonOf('0 invoke read\n0 ok read\n0 invoke frob 1\n0 ok frob 1')
  expect(() => judge(text, { model: register, file: 'a.json' })).toThrow(
    'a.json:3: got operation "frob", wanted one that the model register knows: read, write',
  )
  const cas = jsonOf('0 invoke cas 5\n0 ok cas 5')
  expect(() => judge(cas, { model: casRegister, file: 'a.json' })).toThrow(
    'a.json:1: got "5" as the input of cas, wanted [expected, new]',
  )
})

function jsonOf(script: string): string {
  return script
    .split('\n')
    .map((line) => line.trim().split(/ +/))
    .map(([process, type, f, value]) =>
      JSON.stringify({ process, type, f, value: JSON.parse(value ?? 'null') as unknown }),
    )
    .join('\n')
}
