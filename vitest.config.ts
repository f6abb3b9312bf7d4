import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// Where to write the results as JSON besides the terminal: `.ci/run` and the version matrix count from it.
const report = process.env['FAULTLINE_TEST_REPORT']

const config: ViteUserConfig = defineConfig({
  resolve: {
    // What the package's `exports` say, but on the sources: a scenario of the documentation runs in a checkout.
    alias: [
      { find: /^faultline$/, replacement: here('./sim/index.ts') },
      { find: /^faultline\/invariants$/, replacement: here('./invariants/index.ts') },
      { find: /^faultline\/nodes\/([^/]+)$/, replacement: `${here('./nodes')}/$1/index.ts` },
      { find: /^faultline\/(fast-check|vitest)$/, replacement: `${here('./property')}/$1/index.ts` },
    ],
  },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'coverage/**'],
    // Processes and not threads: a simulation drains microtasks itself and installs process-wide guards. Test files share
    // a process, one after the other: loading everything anew for each took a quarter of the suite's time.
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    testTimeout: 30_000,
    passWithNoTests: true,
    coverage: {
      provider: 'v8',
      include: ['{sim,nodes,invariants,scenarios,reports,cli,property}/**/*.ts'],
      exclude: ['**/*.test.ts', '**/testing/**'],
    },
  },
})

export default config
