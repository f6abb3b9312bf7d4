import { describe, expect, test } from 'vitest'

import { EventFeed, type EventFeedOptions } from './event-feed.ts'
import type { HttpResponse } from '../../http/index.ts'
import { seconds } from '../../../sim/index.ts'
import { requestOf, TestEnv } from '../testing/test-env.ts'

class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>
  constructor({ body }: HttpResponse) {
    this.#chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  }
  /** The next of the stream; null at its end. */
  async next(): Promise<string | null> {
    const { done, value } = await this.#chunks.next()
    return done === true ? null : new TextDecoder().decode(value)
  }
}

function feedOf(options: EventFeedOptions = {}): {
  env: TestEnv
  feed: EventFeed
  open: (lastId?: string, signal?: AbortSignal) => Reader
} {
  const env = new TestEnv()
  const feed = new EventFeed(env, options)
  const open = (lastId?: string, signal?: AbortSignal): Reader =>
    new Reader(
      feed.respond(
        requestOf('GET', '/', {
          ...(lastId === undefined ? {} : { headers: { 'Last-Event-ID': lastId } }),
          ...(signal === undefined ? {} : { signal }),
        }),
      ),
    )
  return { env, feed, open }
}

describe('a reader', () => {
  test('is told what is published from then on, in one line of JSON', async () => {
    const { feed, open } = feedOf()
    feed.publish('before')
    const reader = open()
    feed.publish({ text: 'a\nb' }, 'item')
    expect(await reader.next()).toBe('retry: 2000\n\n')
    expect(await reader.next()).toBe('id: 1.2\nevent: item\ndata: {"text":"a\\nb"}\n\n')
    const later = reader.next()
    feed.publish(3)
    expect(await later).toBe('id: 1.3\nevent: message\ndata: 3\n\n')
  })

  test('goes on after the last event that it saw', async () => {
    const { feed, open } = feedOf()
    for (const value of [1, 2, 3]) feed.publish(value)
    const reader = open('1.1')
    await reader.next()
    expect(await reader.next()).toContain('data: 2')
    expect(await reader.next()).toContain('data: 3')
  })

  test.each(['1.57', '2.x', 'nonsense', ''])(
    'that comes from another generation (%j) is told that it may have missed something, and given all there is',
    async (lastId) => {
      const { feed, open } = feedOf({ generation: '2', historyMax: 2 })
      for (const value of ['x', 'y', 'z']) feed.publish(value)
      const reader = open(lastId)
      await reader.next()
      expect(await reader.next()).toBe('event: missed\ndata: null\n\n')
      expect(await reader.next()).toContain('id: 2.2\n')
    },
  )

  test('that saw an event which there is not yet waits for the next one', async () => {
    const { feed, open } = feedOf()
    feed.publish(1)
    const reader = open('1.9')
    await reader.next()
    const next = reader.next()
    feed.publish(2)
    expect(await next).toContain('id: 1.2\n')
  })

  test('that is too slow is told how much it missed, and costs no memory', async () => {
    const { feed, open } = feedOf({ historyMax: 3 })
    const reader = open()
    await reader.next()
    for (let value = 1; value <= 10; value++) feed.publish(value)
    expect(await reader.next()).toBe('event: missed\ndata: 7\n\n')
    expect(await reader.next()).toContain('data: 8\n')
  })

  test('hears something when there is nothing to tell', async () => {
    const { env, open } = feedOf({ heartbeat: seconds(5) })
    const reader = open()
    await reader.next()
    const next = reader.next()
    await Promise.resolve()
    env.pass(seconds(5))
    expect(await next).toBe(': \n\n')
  })

  test('that is gone is forgotten, whether it waits or not', async () => {
    const { feed, open } = feedOf({ readersMax: 1 })
    const gone = new AbortController()
    const reader = open(undefined, gone.signal)
    await reader.next()
    expect(feed.readers).toBe(1)
    expect(() => open()).toThrow('too many read already')
    const next = reader.next()
    gone.abort()
    expect([await next, feed.readers]).toEqual([null, 0])
  })

  test('reads to the end of what there is when the feed closes', async () => {
    const { feed, open } = feedOf()
    const reader = open()
    await reader.next()
    feed.publish(1)
    feed.close()
    expect([await reader.next(), await reader.next()]).toEqual(['id: 1.1\nevent: message\ndata: 1\n\n', null])
  })
})

test('an event cannot smuggle another one in', () => {
  expect(() => feedOf().feed.publish(1, 'a\ndata: x')).toThrow(RangeError)
})
