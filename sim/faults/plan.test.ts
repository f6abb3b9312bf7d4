import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Fault } from './fault.ts'
import { parsePlan, readPlan, writePlan } from './plan.ts'
import { PlanError, type PlanProblem } from './plan-error.ts'
import { faultText, printPlan } from './print-plan.ts'
import { ms, seconds } from '../time.ts'

function problemsOf(raw: unknown): readonly PlanProblem[] {
  try {
    readPlan(raw)
  } catch (error) {
    if (error instanceof PlanError) return error.problems
    throw error
  }
  return []
}

describe('reading a plan', () => {
  test('takes whole nanoseconds and what people write, and fills in what has a default', () => {
    const text = `[
      {"kind": "crash", "at": "1.5s", "for": "250ms", "node": "s1"},
      {"at": 3, "kind": "loss", "ratio": 0.5},
      {"kind": "partition", "at": "2s", "shape": {"kind": "ring", "nodes": ["a", "b", "c", "d"]}}
    ]`
    expect(parsePlan(text)).toEqual([
      { kind: 'crash', at: seconds(1.5), for: ms(250), node: 's1', connections: 'reset', disk: 'drawn' },
      { kind: 'loss', at: 3, links: { from: 'any', to: 'any', isSymmetric: true }, ratio: 0.5 },
      {
        kind: 'partition',
        at: seconds(2),
        shape: { kind: 'ring', nodes: ['a', 'b', 'c', 'd'], reach: 1 },
        cuts: 'in-flight',
      },
    ])
  })

  test('puts fields into one order, whatever order they were written in', () => {
    const [fault] = readPlan([
      { disk: 'lost', node: 's1', for: 5, at: 1, connections: 'silent', kind: 'crash' },
    ])
    expect(JSON.stringify(fault)).toBe(
      '{"kind":"crash","at":1,"for":5,"node":"s1","connections":"silent","disk":"lost"}',
    )
  })

  test('names everything that is wrong, with its place, what was there and what was wanted', () => {
    const plan = [
      { kind: 'crash', node: 's1', at: '1s', disc: 'lost' },
      { kind: 'crsh', at: 0 },
      { kind: 'pause', node: '', at: -1, for: 0 },
      { kind: 'loss', at: 0, ratio: 1.5, links: { from: ['a', 'a'], via: 1 } },
      { kind: 'partition', at: 0, shape: { kind: 'split', groups: [['a']] } },
      'crash',
    ]
    expect(problemsOf(plan).map(({ path, got }) => `${path}: ${got}`)).toEqual([
      '[0].disc: "lost"',
      '[1].kind: "crsh"',
      '[2].at: -1',
      '[2].for: 0',
      '[2].node: ""',
      '[3].links.from[1]: "a"',
      '[3].links.via: 1',
      '[3].ratio: 1.5',
      '[4].shape.groups: a list of 1',
      '[5]: "crash"',
    ])
  })

  test('says on one line each what is wrong, after the name of the file', () => {
    expect(() => parsePlan('[{"kind":"pause","at":"5 minutes","node":"s1"}]', 'plan.json')).toThrow(
      'plan.json: a problem\n  [0].at: got "5 minutes", wanted a duration of at least 0ns, in whole nanoseconds or such as "250ms"',
    )
  })

  test.each<readonly [what: string, fault: object, path: string]>([
    ['neither at nor when', { kind: 'pause', node: 'a' }, '[0]'],
    ['both at and when', { kind: 'pause', node: 'a', at: 0, when: { kind: 'crash' } }, '[0]'],
    ['a length for what happens in a moment', { kind: 'bit-rot', node: 'a', at: 0, for: 1 }, '[0].for'],
    ['$node where no event begins it', { kind: 'pause', node: '$node', at: 0 }, '[0]'],
    ['a placeholder that there is not', { kind: 'pause', node: '$some(a)', at: 0 }, '[0].node'],
    ['a trigger on no kind of event', { kind: 'pause', node: 'a', when: { kind: 'bang' } }, '[0].when.kind'],
    [
      'a trigger on a field that the event does not have',
      { kind: 'pause', node: 'a', when: { kind: 'probe', where: { nam: 'x' } } },
      '[0].when.where',
    ],
    [
      'a match that is none',
      { kind: 'pause', node: 'a', when: { kind: 'probe', where: { name: { least: 3 } } } },
      '[0].when.where.name',
    ],
    ['a begin beyond exact time', { kind: 'pause', node: 'a', at: 2 ** 53 }, '[0].at'],
    ['half a nanosecond', { kind: 'pause', node: 'a', at: 0.5 }, '[0].at'],
    ['no ratio', { kind: 'loss', at: 0 }, '[0].ratio'],
    ['a number that is none', { kind: 'loss', at: 0, ratio: Number.NaN }, '[0].ratio'],
  ])('refuses %s', (_, fault, path) => {
    expect(problemsOf([fault]).map((problem) => problem.path)).toEqual([path])
  })

  test('refuses what is no JSON, no list, or too long, and stops counting after a hundred problems', () => {
    expect(() => parsePlan('[{"kind":', 'p.json')).toThrow(
      /^p\.json: a problem\n {2}the plan: got .*wanted JSON/,
    )
    expect(() => parsePlan('{}')).toThrow(
      'got an object with no fields, wanted a list of at most 100000 faults',
    )
    expect(problemsOf(Array.from({ length: 5_000 }, () => 7))).toHaveLength(100)
    expect(() => readPlan(Array.from({ length: 100_001 }, () => 7))).toThrow(
      'wanted a list of at most 100000 faults',
    )
  })

  test('throws nothing but a PlanError, whatever it is given', () => {
    const bodies = fc.oneof(
      fc.anything(),
      fc.object({ key: fc.constantFrom('kind', 'at', 'when', 'links', 'shape', 'node', '__proto__') }),
    )
    const kinds = fc.constantFrom('crash', 'partition', 'loss', 'disk-slow', 'upgrade')
    const faults = fc.oneof(
      bodies,
      fc.tuple(kinds, fc.object()).map(([kind, rest]) => ({ ...rest, kind })),
    )
    fc.assert(
      fc.property(fc.array(faults), (raw) => {
        const problems = problemsOf(raw)
        if (problems.length === 0) expect(parsePlan(writePlan(readPlan(raw)))).toEqual(readPlan(raw))
        for (const { got, wanted } of problems) expect(got.length * wanted.length).toBeGreaterThan(0)
      }),
    )
  })
})

describe('writing a plan', () => {
  test('puts one fault on a line, and what was written reads as it was', () => {
    const plan = readPlan([
      { kind: 'pause', node: 'a', at: 1, for: 2 },
      {
        kind: 'crash',
        node: '$node',
        when: { kind: 'probe', nodes: ['a'], where: { 'value.term': { min: 3 } } },
      },
    ])
    expect(writePlan(plan).split('\n')).toHaveLength(5)
    expect(parsePlan(writePlan(plan))).toEqual(plan)
    expect(parsePlan(writePlan([]))).toEqual([])
  })
})

describe('printing a plan', () => {
  test('gives one line a fault, in columns, in the order of time, triggered faults last', () => {
    const plan = readPlan([
      {
        kind: 'pause',
        node: 's1',
        when: { kind: 'probe', where: { name: 'role', 'value.term': { min: 2 } }, timesMax: 3 },
      },
      { kind: 'loss', ratio: 0.125, links: { from: ['s1'] }, at: '12.5s', for: '800ms' },
      { kind: 'crash', node: 's2', at: '1s' },
      { kind: 'clock-step', node: 's3', by: '-250ms', at: '2s' },
      { kind: 'partition', shape: { kind: 'split', groups: [['s1', 's2'], ['s3']] }, at: '3s', for: '1.5s' },
      { kind: 'misdirected-write', node: 's1', paths: '/log/', count: 1, at: '3s', for: '90us' },
    ])
    expect(printPlan(plan)).toMatchInlineSnapshot(`
      "#2   1.000000000s  until healed  crash              s2, connections reset, unsynced writes drawn
      #3   2.000000000s                clock-step         s3 by -250ms
      #4   3.000000000s  for 1.5s      partition          s1 s2 | s3, cuts in-flight
      #5   3.000000000s  for 90us      misdirected-write  s1, paths /log/, count 1
      #1  12.500000000s  for 800ms     loss               12.5% on s1 <-> any
      #0      triggered  until healed  pause              s1, when probe where name = "role" and value.term >= 2, up to 3 times
      "
    `)
    expect(printPlan([])).toBe('no faults\n')
  })

  test('gives one fault on a line of its own', () => {
    const [fault] = readPlan([{ kind: 'pause', node: 's1', at: '1s', for: '2s' }]) as readonly [Fault]
    expect(faultText(fault)).toBe('1.000000000s for 2s pause s1')
  })
})
