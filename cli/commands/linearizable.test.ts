import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { afterEach, expect, it, vi } from 'vitest'

import type * as invariants from '../../invariants/index.ts'

const explain = vi.hoisted(() => vi.fn<() => object>(() => ({ operations: [], before: [], key: null })))

vi.mock('../../invariants/index.ts', async (original) => ({
  ...(await original<typeof invariants>()),
  judge: () => ({ verdict: { kind: 'not-linearizable', operationCount: 1, steps: 1, explain }, ms: 1 }),
}))

// Test files share a process: another one may have loaded what is mocked here.
vi.resetModules()
const { addLinearizable } = await import('./linearizable.ts')

afterEach(() => {
  process.exitCode = undefined
  vi.restoreAllMocks()
})

async function linearizable(...words: readonly string[]): Promise<string> {
  let printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  const program = new Command()
  addLinearizable(program)
  const file = fileURLToPath(import.meta.url)
  await program.parseAsync(['linearizable', file, '--model', 'kv', ...words], { from: 'user' })
  return printed
}

it('explains a violation to people', async () => {
  expect(await linearizable()).toMatch(/^not-linearizable/)
  expect(explain).toHaveBeenCalledOnce()
})

it('spends nothing on an explanation that --json does not print', async () => {
  explain.mockClear()
  expect(await linearizable('--json')).toMatch(/^\{"file":.*"verdict":"not-linearizable"/)
  expect(explain).not.toHaveBeenCalled()
})
