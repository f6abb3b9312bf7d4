import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterEach, expect, test, vi } from 'vitest'

import { countSuite } from '../sim/real/testing/count-suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-report-'))
const report = join(folder, 'tests.json')

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test('the end of a report has the cases of suites, what was skipped, and what passed and failed as its last line', () => {
  vi.stubEnv('FAULTLINE_TEST_REPORT', report)
  countSuite('vectors', 200)
  countSuite('cases', 7)
  countSuite('vectors', 55)
  const results = [{ status: 'failed' }, { status: 'passed' }]
  const failing = {
    name: join(process.cwd(), 'nodes/redis/a.test.ts'),
    status: 'failed',
    assertionResults: results,
  }
  const unloadable = { name: join(process.cwd(), 'cli/b.test.ts'), status: 'failed', assertionResults: [] }
  const counts = { numPassedTests: 12, numFailedTests: 1, numPendingTests: 3, numTodoTests: 1 }
  writeFileSync(report, JSON.stringify({ ...counts, testResults: [failing, unloadable] }))
  const tool = fileURLToPath(new URL('test-report.js', import.meta.url))
  expect(execFileSync(process.execPath, [tool, report, '2'], { encoding: 'utf8' })).toBe(
    `== tests that passed
cli               0
nodes/redis       1
== cases of suites that passed
cases         7
vectors     255
== 4 skipped
12 passed, 4 failed
`,
  )
})
