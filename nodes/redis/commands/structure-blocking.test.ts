import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRealRedis, type Pair, startPair } from '../testing/differential.ts'
import { shown, Wire } from '../testing/wire.ts'

interface Story {
  readonly title: string
  readonly before?: readonly (readonly string[])[]
  readonly waits: readonly string[]
  readonly actions: readonly (readonly string[])[]
}

const stories: readonly Story[] = [
  {
    title: 'BZPOPMIN is served by ZADD',
    waits: ['BZPOPMIN', 'a', 'z', '0'],
    actions: [
      ['ZADD', 'z', '2', 'm', '1.5', 'n'],
      ['ZCARD', 'z'],
    ],
  },
  {
    title: 'BZPOPMAX passes over another kind of value',
    waits: ['BZPOPMAX', 'z', '0'],
    actions: [
      ['SET', 'z', 'x'],
      ['DEL', 'z'],
      ['ZADD', 'z', '1', 'm'],
      ['EXISTS', 'z'],
    ],
  },
  {
    title: 'BZMPOP takes several',
    waits: ['BZMPOP', '0', '2', 'y', 'z', 'MAX', 'COUNT', '2'],
    actions: [
      ['ZADD', 'z', '1', 'a', '2', 'b', '3', 'c'],
      ['ZRANGE', 'z', '0', '-1'],
    ],
  },
  {
    title: 'BZMPOP is served by a union',
    before: [['ZADD', 'u', '1', 'a']],
    waits: ['BZMPOP', '0', '1', 'z', 'MIN'],
    actions: [
      ['ZUNIONSTORE', 'z', '1', 'u'],
      ['EXISTS', 'z'],
    ],
  },
  {
    title: 'XREAD waits for what comes after $',
    before: [['XADD', 's', '1-1', 'f', 'v']],
    waits: ['XREAD', 'BLOCK', '0', 'STREAMS', 's', 't', '$', '$'],
    actions: [['XADD', 's', '2-1', 'g', 'w']],
  },
  {
    title: 'XREADGROUP waits for new entries',
    before: [['XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM']],
    waits: ['XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', '0', 'STREAMS', 's', '>'],
    actions: [
      ['XADD', 's', '2-1', 'g', 'w'],
      ['XPENDING', 's', 'g'],
    ],
  },
  {
    title: 'XREADGROUP learns that its group is gone',
    before: [['XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM']],
    waits: ['XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', '0', 'STREAMS', 's', '>'],
    actions: [['XGROUP', 'DESTROY', 's', 'g']],
  },
  {
    title: 'XREADGROUP waits on where another group is gone',
    before: [
      ['XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM'],
      ['XGROUP', 'CREATE', 's', 'h', '$'],
    ],
    waits: ['XREADGROUP', 'GROUP', 'h', 'c', 'BLOCK', '0', 'STREAMS', 's', '>'],
    actions: [
      ['XGROUP', 'DESTROY', 's', 'g'],
      ['XADD', 's', '2-1', 'g', 'w'],
    ],
  },
  {
    title: 'XREAD waits on where a group is gone, and who watches the stream sees no change',
    before: [
      ['XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM'],
      ['WATCH', 's'],
    ],
    waits: ['XREAD', 'BLOCK', '0', 'STREAMS', 's', '$'],
    actions: [['XGROUP', 'DESTROY', 's', 'g'], ['MULTI'], ['XADD', 's', '2-1', 'g', 'w'], ['EXEC']],
  },
  {
    title: 'XREADGROUP learns that its stream is gone',
    before: [['XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM']],
    waits: ['XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', '0', 'STREAMS', 's', '>'],
    actions: [['DEL', 's']],
  },
  { title: 'XREAD gives up in time', waits: ['XREAD', 'BLOCK', '20', 'STREAMS', 's', '$'], actions: [] },
  { title: 'BZPOPMIN gives up in time', waits: ['BZPOPMIN', 'z', '0.02'], actions: [] },
]

/** What the one that waits and the one that acts are told. */
async function told(port: number, protocol: 2 | 3, story: Story): Promise<readonly string[]> {
  const [waiting, acting] = await Promise.all([Wire.open(port), Wire.open(port)])
  try {
    if (protocol === 3) await Promise.all([waiting.ask('HELLO', '3'), acting.ask('HELLO', '3')])
    await acting.askAll([['FLUSHALL'], ...(story.before ?? [])])
    waiting.send(story.waits)
    if (story.actions.length > 0) await untilBlocked(acting)
    const replies = await acting.askAll(story.actions)
    return [await waiting.next(), ...replies].map(shown)
  } finally {
    waiting.close()
    acting.close()
  }
}

async function untilBlocked(acting: Wire): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (shown(await acting.ask('INFO', 'clients')).includes('blocked_clients:1')) return
  }
}

describe.skipIf(!hasRealRedis).each([2, 3] as const)('waiting with RESP%d', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(() => pair.stop())

  test.each(stories)('$title', async (story) => {
    const [real, ours] = await Promise.all([
      told(pair.ports.real, protocol, story),
      told(pair.ports.ours, protocol, story),
    ])
    expect(ours).toEqual(real)
  })
})
