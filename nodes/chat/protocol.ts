// What clients ask and what they are told, the same over lines and WebSocket; as JSON, each is one object.

/** A message of a room as it is stored. */
export interface StoredMessage {
  /** 1 for the first of a room, one more for each after. */
  readonly seq: number
  readonly nick: string
  /** Given by who sent it: the same message, however often it was sent. */
  readonly id: string
  readonly text: string
  /** When it came, by the server's clock: milliseconds since 1970. */
  readonly at: number
}

/** Who is in a room. */
export interface Presence {
  readonly nick: string
  /** Why they do not answer; null when they may. */
  readonly away: string | null
}

/** What a client may ask. The first has to be `hello`. */
export type ChatCommand =
  /** Takes a name. With the secret of the one who has it, this connection takes the place of theirs. */
  | { readonly kind: 'hello'; readonly nick: string; readonly secret: string | null }
  | { readonly kind: 'nick'; readonly nick: string }
  /** Enters a room, and is told the messages after a sequence number; null: the last few. */
  | { readonly kind: 'join'; readonly room: string; readonly after: number | null }
  | { readonly kind: 'leave'; readonly room: string }
  | { readonly kind: 'say'; readonly room: string; readonly id: string; readonly text: string }
  | { readonly kind: 'tell'; readonly nick: string; readonly text: string }
  | { readonly kind: 'who'; readonly room: string }
  | { readonly kind: 'rooms' }
  /** The messages before a sequence number, so many at most; null: the last ones. */
  | {
      readonly kind: 'history'
      readonly room: string
      readonly before: number | null
      readonly count: number
    }
  | { readonly kind: 'away'; readonly text: string | null }
  | { readonly kind: 'ping' }
  | { readonly kind: 'quit'; readonly text: string }

/** Why something was not done. */
export type ChatErrorCode =
  | 'bad-command'
  | 'bad-nick'
  | 'nick-taken'
  | 'no-nick'
  | 'bad-room'
  | 'not-in-room'
  | 'too-many-rooms'
  | 'room-full'
  | 'bad-text'
  | 'no-such-nick'
  | 'not-stored'

/** Why a connection is closed. */
export type ClosingCode =
  | 'quit'
  | 'slow-reader'
  | 'slow-writer'
  | 'silent'
  | 'nameless'
  | 'replaced'
  | 'too-many'
  | 'bad-bytes'
  | 'stopping'

/** What a client is told. */
export type ChatEvent =
  | { readonly kind: 'welcome'; readonly nick: string }
  /** Somebody else asked for one's name; whose machine is gone does not take it, and their name is free. */
  | { readonly kind: 'wanted'; readonly nick: string }
  | { readonly kind: 'renamed'; readonly nick: string; readonly to: string }
  /** The room was entered; the messages after `after` up to `last` follow, then those to come. */
  | {
      readonly kind: 'room'
      readonly room: string
      readonly after: number
      readonly last: number
      readonly members: readonly Presence[]
    }
  | {
      readonly kind: 'joined' | 'left'
      readonly room: string
      readonly nick: string
      readonly reason: string
    }
  | ({ readonly kind: 'message'; readonly room: string } & StoredMessage)
  /** A message of one's own is on the disk. */
  | { readonly kind: 'stored'; readonly room: string; readonly id: string; readonly seq: number }
  | { readonly kind: 'told'; readonly from: string; readonly text: string }
  | { readonly kind: 'delivered'; readonly nick: string }
  | { readonly kind: 'members'; readonly room: string; readonly members: readonly Presence[] }
  | { readonly kind: 'rooms'; readonly rooms: readonly { readonly room: string; readonly members: number }[] }
  | { readonly kind: 'history'; readonly room: string; readonly messages: readonly StoredMessage[] }
  | { readonly kind: 'away'; readonly nick: string; readonly text: string | null }
  | { readonly kind: 'pong' }
  | {
      readonly kind: 'error'
      readonly code: ChatErrorCode
      readonly text: string
      /** Of the message it is about. */
      readonly id: string | null
    }
  | { readonly kind: 'closing'; readonly code: ClosingCode; readonly text: string }
