// The lock service: what is searched through in full, and the bug that a search finds.
import { describe, expect, test } from 'vitest'

import lockService from './lock-service.ts'
import { exhaust, run } from '../../sim/index.ts'

const trusting = new Map([['bug', 'trusting']])

describe('the lock service', () => {
  test('never has two holders, in any of its states, however often messages arrive', async () => {
    const result = await exhaust(lockService)
    expect(result).toMatchObject({
      verdict: { kind: 'exhausted' },
      isMatched: true,
      states: 117,
      forgetful: [],
    })
    expect(await exhaust(lockService, { isReduced: false })).toMatchObject({ states: 117, ends: result.ends })
  })

  test('never has two holders when a client crashes and starts again', async () => {
    const result = await exhaust(lockService, { crashes: 1 })
    expect(result).toMatchObject({ verdict: { kind: 'exhausted' }, states: 1737 })
  })

  test('never has two holders when messages are lost, or arrive in order', async () => {
    for (const network of ['multiset', 'ordered'] as const)
      expect((await exhaust(lockService, { network, losses: 1 })).verdict).toEqual({ kind: 'exhausted' })
  })

  test('has two holders when the server believes an old release that arrives again', async () => {
    const { verdict } = await exhaust(lockService, { set: trusting })
    expect(verdict).toMatchObject({
      kind: 'violated',
      violation: {
        invariant: 'at most one client holds the lock',
        message: 'client-1 and client-2 hold the lock',
      },
    })
    const steps = 'path' in verdict ? verdict.path.map(({ step }) => step) : []
    expect(steps).toHaveLength(9)
    const releases = steps.filter((step) => step.kind === 'delivery' && step.message.kind === 'release')
    expect(releases).toMatchObject([{ message: { grant: 1 } }, { message: { grant: 1 } }])
  })

  test('believes it without harm as long as each message arrives once: that is why the bug hides', async () => {
    const once = await exhaust(lockService, { set: trusting, network: 'multiset' })
    expect(once.verdict).toEqual({ kind: 'exhausted' })
    for (const seed of [1, 2, 3, 4, 5])
      expect((await run(lockService, { seed, set: trusting })).outcome).toEqual({ kind: 'passed' })
  })

  test('has two holders when the server itself crashes, which keeps nothing', async () => {
    const { verdict } = await exhaust(lockService, { crashes: 1, crashesOf: ['lock'] })
    expect(verdict.kind).toBe('violated')
  })
})
