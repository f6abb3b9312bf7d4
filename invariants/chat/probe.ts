// What chat servers and their clients publish for invariants (see nodes/chat/chatter.ts), and whether a value is such a thing.

import type { Data, DataRecord, EventOf } from '../../sim/index.ts'

/** `chat.heard`, `chat.acknowledged`: a message of a room, by its number and its id. */
export interface MessageProbe {
  readonly room: string
  readonly seq: number
  readonly id: string
}

/** A probe of the chat. */
export type ChatProbe =
  | ({ readonly kind: 'heard' | 'acknowledged' } & MessageProbe)
  | { readonly kind: 'entered'; readonly room: string; readonly after: number }
  | { readonly kind: 'recovered'; readonly room: string; readonly last: number }
  | { readonly kind: 'page'; readonly room: string; readonly messages: readonly MessageProbe[] }
  | { readonly kind: 'lost' }

/** The probe of the chat that an event is; null when it is none. */
export function chatProbe({ name, value }: EventOf<'probe'>): ChatProbe | null {
  if (name === 'chat.lost') return { kind: 'lost' }
  if (!name.startsWith('chat.') || !isRecord(value)) return null
  const { room, seq, id, after, last, seqs, ids } = value
  if (typeof room !== 'string') return null
  switch (name) {
    case 'chat.heard':
    case 'chat.acknowledged':
      if (typeof seq !== 'number' || typeof id !== 'string') return null
      return { kind: name === 'chat.heard' ? 'heard' : 'acknowledged', room, seq, id }
    case 'chat.entered':
      return typeof after === 'number' ? { kind: 'entered', room, after } : null
    case 'chat.recovered':
      return typeof last === 'number' ? { kind: 'recovered', room, last } : null
    case 'chat.page':
      if (!Array.isArray(seqs) || !Array.isArray(ids)) return null
      return {
        kind: 'page',
        room,
        messages: seqs.map((each, place) => ({ room, seq: Number(each), id: String(ids[place]) })),
      }
    default:
      return null
  }
}

function isRecord(value: Data): value is DataRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A map within a map, made when it is first asked for. */
export function within<K, V>(outer: Map<string, Map<K, V>>, key: string): Map<K, V> {
  const known = outer.get(key)
  if (known !== undefined) return known
  const made = new Map<K, V>()
  outer.set(key, made)
  return made
}
