// Followers of the inventory's events (server-sent events), who come back with the last id that they heard, and what must hold of
// what they hear.

import { fold } from '../../invariants/index.ts'
import { Fields, HttpClient, HttpClientError } from '../../nodes/http/index.ts'
import { type Data, type Env, type Invariant, ms, type Program, seconds } from '../../sim/index.ts'

/** How somebody follows. */
export interface FollowerPlan {
  readonly url: string
  /** A planted bug: who comes back does not say what was heard last. */
  readonly forgetsLast: boolean
}

/** One event of a stream, as far as anybody here looks at it. */
interface StreamEvent {
  readonly id: string | null
  readonly name: string
  readonly data: string
}

/** A stream is left after so long, and another one begun. */
const streamMax = seconds(3)

/** Follows the events, whatever becomes of its connections; each connection is an operation `follow`. */
export function follower({ url, forgetsLast }: FollowerPlan): Program {
  return async (env) => {
    const http = new HttpClient(env, { connectTimeout: ms(300), headerTimeout: ms(600), retriesMax: 0 })
    const place: Place = { last: null }
    for (let number = 1; ; number++) {
      if (env.admits('follow')) await follow(env, http, { url, place, number, forgetsLast })
      await env.sleep(ms(100))
    }
  }
}

interface Place {
  last: string | null
}

async function follow(
  env: Env,
  http: HttpClient,
  { url, place, number, forgetsLast }: FollowerPlan & { readonly place: Place; readonly number: number },
): Promise<void> {
  const operation = env.invoke({ f: 'follow', process: `${env.name}.${env.incarnation}.${number}` })
  const headers = new Fields([['Accept', 'text/event-stream']])
  if (place.last === null) env.probe('feed.begins', null)
  else if (!forgetsLast) headers.set('Last-Event-ID', place.last)
  let isFollowing = false
  try {
    const response = await http.request({ url: `${url}/events`, headers, timeout: streamMax })
    if (response.status !== 200) return operation.fail(`status ${response.status}`)
    operation.ok()
    isFollowing = true
    for await (const event of eventsOf(response.body)) hear(env, place, event)
  } catch (error) {
    if (!(error instanceof HttpClientError)) throw error
    if (!isFollowing) operation.fail(error.kind)
  }
  return undefined
}

function hear(env: Env, place: Place, { id, name, data }: StreamEvent): void {
  if (name === 'missed') env.probe('feed.missed', JSON.parse(data) as Data)
  if (id === null) return
  place.last = id
  env.probe('feed.heard', id)
}

/** The events of a stream (HTML standard, section 9.2.6), whose fields are all on lines of their own that end with LF here. */
async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield eventOf(text.slice(0, end))
      text = text.slice(end + 2)
    }
  }
}

function eventOf(text: string): StreamEvent {
  const field = (name: string): string | null =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null
  return { id: field('id'), name: field('event') ?? '', data: field('data') ?? '' }
}

interface Expected {
  readonly generation: string
  readonly number: number
}

/** A follower hears each event once and in order, and is told of every one that it missed. */
export const feedIsWhole: Invariant = fold({
  name: 'a follower hears every event, or that it missed some',
  kinds: ['probe'],
  unit: 'events heard',
  initial: () => ({ next: new Map<string, Expected>(), heard: 0 }),
  on: (state, { node, name, value }) => {
    const expected = state.next.get(node)
    if (name === 'feed.begins' || (name === 'feed.missed' && value === null)) state.next.delete(node)
    else if (name === 'feed.missed' && expected !== undefined)
      state.next.set(node, { ...expected, number: expected.number + Number(value) })
    if (name !== 'feed.heard' || typeof value !== 'string') return null
    state.heard++
    const [generation = '', number = ''] = value.split('.')
    state.next.set(node, { generation, number: Number(number) + 1 })
    if (expected === undefined) return null
    if (expected.generation === generation && expected.number === Number(number)) return null
    const wanted = `${expected.generation}.${expected.number}`
    return `a follower was not told the truth\n${node} heard ${value}, wanted ${wanted}`
  },
  looked: ({ heard }) => heard,
})
