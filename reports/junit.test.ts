// The file holds what CI systems look for, in the order and with the attributes of the schema of Jenkins' xunit plugin;
// junitparser, which merges and judges the files of others, has the last word.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { expect, test } from 'vitest'

import { exported, header, hostileTexts, sourceOf } from './export/testing/traces.ts'
import { junit } from './export/junit.ts'
import { runProgram } from './export/testing/run-program.ts'
import { findProgram } from '../sim/real/testing/programs.ts'
import { junitXml, type TestCase } from './junit.ts'

interface Element {
  readonly name: string
  readonly attributes: { readonly [name: string]: string }
  readonly children: Element[]
  text: string
}

function parse(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    const element = { name, attributes, children: [], text: '' }
    open.at(-1)!.children.push(element)
    open.push(element)
  })
  parser.on('text', (text) => {
    open.at(-1)!.text += text
  })
  parser.on('closetag', () => void open.pop())
  parser.write(xml).close()
  return root.children[0]!
}

const cases: readonly TestCase[] = [
  { name: 'seed 1', problem: null },
  {
    name: 'seed 2',
    problem: { kind: 'failure', type: 'one leader', message: 'two\nand more', command: 'run 2' },
  },
  { name: 'seed 3', problem: { kind: 'error', type: 'livelock', message: 'no end', command: 'run 3' } },
]

test('a suite has one test a seed, failures with the line that runs them again, and totals', () => {
  const properties = new Map([['seeds', '1..3']])
  const root = parse(junitXml({ name: 'chaos', seconds: 1.5, properties, cases, output: 'a warning' }))
  expect(root).toMatchObject({
    name: 'testsuites',
    attributes: { tests: '3', failures: '1', errors: '1', time: '1.500' },
  })
  const [suite] = root.children
  expect(suite!.attributes).toEqual({
    name: 'chaos',
    tests: '3',
    failures: '1',
    errors: '1',
    skipped: '0',
    time: '1.500',
  })
  expect(suite!.children.map(({ name }) => name)).toEqual([
    'properties',
    'testcase',
    'testcase',
    'testcase',
    'system-out',
  ])
  const [, passed, failed, undecided] = suite!.children
  expect(passed).toEqual({
    name: 'testcase',
    attributes: { name: 'seed 1', classname: 'chaos' },
    children: [],
    text: '',
  })
  expect(failed!.children[0]).toMatchObject({
    name: 'failure',
    attributes: { type: 'one leader', message: 'two' },
    text: 'two\nand more\n\nrun it again with:\n  run 2',
  })
  expect(undecided!.children[0]).toMatchObject({ name: 'error', attributes: { type: 'livelock' } })
})

test.each(hostileTexts)('holds %j as text, without what XML cannot hold', (text) => {
  const problem = { kind: 'failure', type: text, message: text, command: text } as const
  const xml = junitXml({
    name: text,
    seconds: 0,
    properties: new Map([[text, text]]),
    cases: [{ name: text, problem }],
    output: text,
  })
  const held = text
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll(/(?![\t\n\r])[\p{Cc}\ufffe\uffff]/gu, '\ufffd')
  const suite = parse(xml).children[0]!
  expect(suite.attributes['name']).toBe(held)
  expect(suite.children[1]!.children[0]!.attributes['type']).toBe(held)
  expect(suite.children[1]!.children[0]!.text.startsWith(held)).toBe(true)
  expect(Buffer.from(xml).toString()).toBe(xml)
})

test('a trace is one test: what was not judged is an error, never a pass', async () => {
  const problemOf = async (outcome: string, violations: readonly { readonly [field: string]: string }[]) => {
    const footer = { events: 0, digest: '', outcome, violations }
    const [suite] = parse(await exported(junit, sourceOf([], footer))).children
    expect(suite!.attributes['name']).toBe(header.scenario)
    return suite!.children.find(({ name }) => name === 'testcase')!.children[0]?.name ?? 'passed'
  }
  expect(await problemOf('passed', [])).toBe('passed')
  expect(await problemOf('violated', [{ invariant: 'x', message: 'y' }])).toBe('failure')
  expect(await problemOf('livelock', [])).toBe('error')
  const [suite] = parse(await exported(junit, sourceOf([]))).children
  expect(suite!.attributes['errors']).toBe('1')
})

const junitparser = findProgram('junitparser')

test.skipIf(junitparser === null)('junitparser counts the same tests, failures and errors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-junit-'))
  const written = (name: string, some: readonly TestCase[], text = name): string => {
    const path = join(folder, `${name}.xml`)
    const properties = new Map([['text', text]])
    writeFileSync(path, junitXml({ name: text, seconds: 1, properties, cases: some, output: text }))
    return path
  }
  const said = (...words: readonly string[]): number | null => runProgram(junitparser ?? '', words).code
  try {
    const passed = written('passed', cases.slice(0, 1))
    const failed = written('failed', cases.slice(0, 2))
    const undecided = written('undecided', cases.slice(2))
    const hostile = hostileTexts.map((text, place) =>
      written(
        `hostile-${place}`,
        [{ name: text, problem: { kind: 'failure', type: text, message: text, command: text } }],
        text,
      ),
    )
    expect([passed, failed, undecided, ...hostile].map((path) => said('verify', path))).toEqual([
      0,
      1,
      1,
      ...hostile.map(() => 1),
    ])
    const all = join(folder, 'all.xml')
    expect(said('merge', passed, failed, undecided, ...hostile, all)).toBe(0)
    expect(parse(readFileSync(all, 'utf8')).attributes).toMatchObject({
      tests: `${4 + hostile.length}`,
      failures: `${1 + hostile.length}`,
      errors: '1',
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
