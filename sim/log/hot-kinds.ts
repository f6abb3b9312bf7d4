// The kinds of events of which a run has many: how their own fields enter the digest and how their events are built,
// written out, because walking a list of field names costs several times as much. The result is that of the general way;
// a test holds the two against each other.

import { absent, type Digest, hashBytes, hashData, hashKey, hashNumber, hashString } from './digest.ts'
import type { Event, EventKind, NodeId, RawFields } from '../event.ts'
import type { Instant } from '../time.ts'

/** What all events have. */
export interface EventStart {
  readonly seq: number
  readonly at: Instant
  readonly node: NodeId
  readonly cause: number
}

/** One hot kind. */
export interface HotKind<K extends EventKind> {
  /** Takes the own fields into the digest. */
  readonly mix: (digest: Digest, fields: RawFields<K>) => void
  /** Builds the event; absent where nobody asks for these events but recorders. */
  readonly build?: (start: EventStart, fields: RawFields<K>) => Event
}

/** The hot kinds. */
export const hotKinds: { readonly [K in EventKind]?: HotKind<K> } = {
  'timer-set': {
    mix: (digest, { timer, due }) => {
      digest.mix(hashNumber(timer))
      digest.mix(hashNumber(due))
    },
  },
  'timer-cancel': {
    mix: (digest, { timer }) => {
      digest.mix(hashNumber(timer))
    },
  },
  'timer-fire': {
    mix: (digest, { timer }) => {
      digest.mix(hashNumber(timer))
    },
  },
  'disk-request': {
    mix: (digest, { operation, path, offset, length, bytes, target, flags }) => {
      digest.mix(hashKey(operation))
      digest.mix(hashKey(path))
      digest.mix(hashOptionalNumber(offset))
      digest.mix(hashOptionalNumber(length))
      digest.mix(bytes === undefined ? absent : hashBytes(bytes))
      digest.mix(target === undefined ? absent : hashString(target))
      digest.mix(flags === undefined ? absent : hashString(flags))
    },
  },
  'disk-result': {
    mix: (digest, { operation, path, size, bytes, names, error }) => {
      digest.mix(hashKey(operation))
      digest.mix(hashKey(path))
      digest.mix(hashOptionalNumber(size))
      digest.mix(bytes === undefined ? absent : hashBytes(bytes))
      digest.mix(names === undefined ? absent : hashData(names))
      digest.mix(error === undefined ? absent : hashString(error))
    },
  },
  probe: {
    mix: (digest, { name, value }) => {
      digest.mix(hashKey(name))
      digest.mix(hashData(value))
    },
    build: ({ seq, at, node, cause }, { name, value }) => ({
      seq,
      at,
      node,
      kind: 'probe',
      cause,
      name,
      value,
    }),
  },
  operation: {
    mix: (digest, { phase, id, process, f, key, value, error }) => {
      digest.mix(hashKey(phase))
      digest.mix(hashNumber(id))
      digest.mix(hashKey(process))
      digest.mix(hashKey(f))
      digest.mix(hashData(key))
      digest.mix(hashData(value))
      digest.mix(error === undefined ? absent : hashString(error))
    },
    build: ({ seq, at, node, cause }, { phase, id, process, f, key, value, error }) => {
      const event = { seq, at, node, kind: 'operation', cause, phase, id, process, f, key, value } as const
      return error === undefined ? event : { ...event, error }
    },
  },
  drop: {
    mix: (digest, { target, why }) => {
      digest.mix(hashKey(target))
      digest.mix(hashKey(why))
    },
    build: ({ seq, at, node, cause }, { target, why }) => ({
      seq,
      at,
      node,
      kind: 'drop',
      cause,
      target,
      why,
    }),
  },
}

function hashOptionalNumber(value: number | undefined): number {
  return value === undefined ? absent : hashNumber(value)
}
