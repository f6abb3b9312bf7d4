import { expect, test } from 'vitest'
import { noExit } from './no-exit.ts'
import { verdictOf } from './testing/judge.ts'
import { recording } from './testing/recording.ts'

test('noExit fires on an error and leaves a program that ends on purpose alone', async () => {
  const run = recording().add('exit', 'store-1', { code: 0 })
  expect(await verdictOf(noExit, run)).toBe('holds')
  expect(await verdictOf(noExit, run.add('exit', 'store-1', { code: 1, error: 'Error: disk full' }))).toBe(
    'violated: exit 1 (Error: disk full) on store-1',
  )
})
