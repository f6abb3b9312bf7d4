// A trace as one test: passed, failed with its violations, or an error where it could not be judged.

import type { Data, TraceFooter } from '../../sim/index.ts'
import { junitXml, type TestProblem } from '../junit.ts'
import type { ExportContext, ExportEnd, Exporter } from './exporter.ts'

/** The exporter. */
export function junit(context: ExportContext): Exporter {
  const { header, command = '' } = context
  const { scenario, seed, title, parameters, version } = header
  const properties = new Map([
    ['title', title],
    ['parameters', JSON.stringify(parameters)],
    ['version', version],
  ])
  const suiteOf = (end: ExportEnd): string =>
    junitXml({
      name: scenario,
      seconds: end.at / 1e9,
      properties,
      cases: [{ name: `seed ${seed}`, problem: problemOf(end, command) }],
      output: '',
    })
  return { begin: () => '', event: () => '', end: suiteOf }
}

function problemOf({ footer, problem }: ExportEnd, command: string): TestProblem | null {
  if (footer === null)
    return { kind: 'error', type: 'damaged', message: problem ?? 'the trace has no end', command }
  if (footer.outcome === 'passed') return null
  if (footer.violations.length === 0)
    return { kind: 'error', type: footer.outcome, message: `outcome: ${footer.outcome}`, command }
  return { kind: 'failure', type: nameOf(footer), message: messageOf(footer), command }
}

function nameOf({ violations }: TraceFooter): string {
  return textOf(violations[0]?.['invariant'])
}

function messageOf({ violations }: TraceFooter): string {
  return violations.map(({ invariant, message }) => `${textOf(invariant)}: ${textOf(message)}`).join('\n\n')
}

function textOf(data: Data | undefined): string {
  return typeof data === 'string' ? data : JSON.stringify(data ?? null)
}
