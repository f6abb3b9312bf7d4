// Counts the tests in vitest's JSON report, and the cases of the suites that they ran: what `.ci/run` and the version matrix print.
import { existsSync, readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The tests that passed, failed and were skipped; a file that could not be loaded at all counts as one failed test. */
export function countTests(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'))
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** The cases of each suite, as `countSuite` (sim/real/testing/count-suite.ts) has told them beside the report. */
export function countSuites(path) {
  const counts = new Map()
  if (!existsSync(`${path}.suites`)) return counts
  for (const line of readFileSync(`${path}.suites`, 'utf8').trimEnd().split('\n')) {
    const { suite, cases } = JSON.parse(line)
    counts.set(suite, (counts.get(suite) ?? 0) + cases)
  }
  return sorted(counts)
}

/** How many tests passed in each folder: of `sim` and `nodes` in each component. */
export function countFolders(path) {
  const counts = new Map()
  for (const { name, assertionResults } of JSON.parse(readFileSync(path, 'utf8')).testResults) {
    const [top, ...below] = relative(process.cwd(), name).split(sep)
    const folder = (top === 'sim' || top === 'nodes') && below.length > 1 ? `${top}/${below[0]}` : top
    const passed = assertionResults.filter(({ status }) => status === 'passed').length
    counts.set(folder, (counts.get(folder) ?? 0) + passed)
  }
  return sorted(counts)
}

function sorted(counts) {
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What is printed at the end; its last line is read by machines. */
export function closingLines(path, failedSteps) {
  const { passed, failed, skipped } = countTests(path)
  return [
    ...table('tests that passed', countFolders(path)),
    ...table('cases of suites that passed', countSuites(path)),
    `== ${skipped} skipped`,
    `${passed} passed, ${failed + failedSteps} failed`,
  ]
}

function table(title, counts) {
  const width = Math.max(0, ...[...counts.keys()].map((name) => name.length))
  const rows = [...counts].map(([name, count]) => `${name.padEnd(width)}  ${String(count).padStart(6)}`)
  return rows.length === 0 ? [] : [`== ${title}`, ...rows]
}

// node tools/test-report.js REPORT FAILED_STEPS
if (import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(closingLines(process.argv[2], Number(process.argv[3])).join('\n'))
