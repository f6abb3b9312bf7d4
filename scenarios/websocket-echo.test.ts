import { expect, test } from 'vitest'

import { websocketBugs } from './parts/websocket-peers.ts'
import websocketEcho from './websocket-echo.ts'
import { run } from '../sim/index.ts'

/** The names of the invariants that a few seeds violate. */
async function violated(bug: string): Promise<readonly string[]> {
  const names = new Set<string>()
  for (const seed of [1, 2]) {
    const { violations } = await run(websocketEcho, { seed, set: new Map([['bug', bug]]), isChecked: false })
    for (const { invariant } of violations) names.add(invariant)
  }
  return [...names]
}

test('each planted bug violates its invariant, and nothing does without one', async () => {
  const found = []
  for (const bug of websocketBugs) found.push([bug, await violated(bug)])
  expect(found).toEqual([
    ['none', []],
    ['cuts-messages', ['messages arrive whole, in order, at most once']],
    ['twice', ['messages arrive whole, in order, at most once']],
    ['other-code', ['both ends know the same close code, or that there was none']],
    ['never-asks', ['a peer that is gone is noticed in time']],
    ['wall-clock', ['a peer that answers is not given up']],
  ])
}, 60_000)
