// Recorded histories of real systems with known answers (the test data of Porcupine). They lie outside the project.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

import { judge } from './judge.ts'
import { casRegister, kv } from './models/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = join(process.env['CONFORMANCE_DIR'] ?? join(root, '../shared/data'), 'porcupine')
const isThere = existsSync(join(folder, 'answers.txt'))
if (!isThere && process.env['CI'] !== 'true')
  console.warn(`recorded histories are skipped: no answers.txt in ${folder} (set CONFORMANCE_DIR)`)

const answers = isThere
  ? readFileSync(join(folder, 'answers.txt'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [file: string, answer: string])
  : []

describe('recorded histories with known answers', () => {
  it.runIf(isThere || process.env['CI'] === 'true')('are there, in full', () => {
    expect(answers.length).toBeGreaterThanOrEqual(56)
  })

  it.each(answers)('%s: linearizable is %s', (file, answer) => {
    const model = file.startsWith('etcd') ? casRegister : kv
    const { verdict } = judge(readFileSync(join(folder, file), 'utf8'), { model, file })
    expect(verdict.kind).toBe(answer === 'true' ? 'linearizable' : 'not-linearizable')
    const window = verdict.kind === 'not-linearizable' ? verdict.explain().operations.length : 0
    expect(window).toBeLessThanOrEqual(10)
    expect(window > 0).toBe(answer === 'false')
  })
})
