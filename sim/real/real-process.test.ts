import { expect, test } from 'vitest'

import { hold } from './real-process.ts'
import type { EndOf } from '../node/index.ts'

test('what a program has open is let go when it ends, and what it has closed before is forgotten', () => {
  const endings: ((how: EndOf) => void)[] = []
  const process = { onEnd: (ending: (how: EndOf) => void) => void endings.push(ending) }
  const released: string[] = []
  for (let count = 0; count < 1000; count++) hold(process, () => released.push('closed'))()
  hold(process, (how) => released.push(`open at ${how}`))
  expect(endings).toHaveLength(1)
  for (const ending of endings) ending('crash-reset')
  expect(released).toEqual(['open at crash-reset'])
})
