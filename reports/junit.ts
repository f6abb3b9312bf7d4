// JUnit XML, as Jenkins, GitLab and others read it (github.com/testmoapp/junitxml; the schema of Jenkins' xunit plugin).

import { xmlLines, xmlText } from './export/safe-text.ts'

/** One test of a suite. */
export interface TestCase {
  readonly name: string
  /** What went wrong; null when it passed. `error`: it could not be judged. */
  readonly problem: TestProblem | null
}

/** What went wrong with a test. */
export interface TestProblem {
  readonly kind: 'failure' | 'error'
  /** What kind of failure it is: the invariant, the outcome. */
  readonly type: string
  readonly message: string
  /** The line that runs it again. */
  readonly command: string
}

/** A suite: what was run of one scenario. */
export interface TestSuite {
  /** The scenario, which is also the class of its tests. */
  readonly name: string
  readonly seconds: number
  readonly properties: ReadonlyMap<string, string>
  readonly cases: readonly TestCase[]
  /** What else there is to say; '' is nothing. */
  readonly output: string
}

/** The suite as a file. */
export function junitXml(suite: TestSuite): string {
  const { name, seconds, cases, properties, output } = suite
  const count = (kind: TestProblem['kind']): number =>
    cases.filter(({ problem }) => problem?.kind === kind).length
  const totals = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" time="${seconds.toFixed(3)}"`
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="faultline" ${totals}>`,
    `<testsuite name="${xmlText(name)}" ${totals} skipped="0">`,
    ...propertyLines(properties),
    ...cases.flatMap((each) => caseLines(name, each)),
    ...(output === '' ? [] : [`<system-out>${xmlLines(output)}</system-out>`]),
    '</testsuite>',
    '</testsuites>',
  ]
  return `${lines.join('\n')}\n`
}

function propertyLines(properties: ReadonlyMap<string, string>): readonly string[] {
  if (properties.size === 0) return []
  const each = [...properties].map(
    ([name, value]) => `<property name="${xmlText(name)}" value="${xmlText(value)}"/>`,
  )
  return ['<properties>', ...each, '</properties>']
}

function caseLines(suite: string, { name, problem }: TestCase): readonly string[] {
  const open = `<testcase name="${xmlText(name)}" classname="${xmlText(suite)}"`
  if (problem === null) return [`${open}/>`]
  const { kind, type, message, command } = problem
  const [first = ''] = message.split('\n', 1)
  return [
    `${open}>`,
    `<${kind} type="${xmlText(type)}" message="${xmlText(first)}">${xmlLines(`${message}\n\nrun it again with:\n  ${command}`)}</${kind}>`,
    '</testcase>',
  ]
}
