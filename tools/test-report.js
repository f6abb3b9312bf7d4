// Counts the tests in vitest's JSON report: what `.ci/run` and the version matrix print.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** The tests that passed and failed; a file that could not be loaded at all counts as one failed test. */
export function countTests(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'))
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  )
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloadable.length }
}

// node tools/test-report.js REPORT FAILED_STEPS
if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed } = countTests(process.argv[2])
  console.log(`${passed} passed, ${failed + Number(process.argv[3])} failed`)
}
