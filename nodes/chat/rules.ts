// What is said of names and texts, and how much of everything there may be.

import { type Duration, minutes, ms, seconds } from '../../sim/index.ts'

/** Bounds of a chat server; each has a default. */
export interface ChatLimits {
  /** Connections at once on each port (default 1,000). */
  readonly connectionsMax: number
  /** Rooms that are open at once, with somebody in them or without; then no other can be entered (default 1,000). */
  readonly roomsMax: number
  /** Rooms that stay open when nobody is in them, so that the next one enters them sooner (default 32). */
  readonly emptyRoomsMax: number
  /** Rooms of which there is a history on the disk, or may soon be; then no others are begun (default 100,000). */
  readonly storedRoomsMax: number
  /** Rooms one connection may be in (default 32). */
  readonly roomsOfOneMax: number
  /** Members of one room (default 1,000). */
  readonly membersMax: number
  /** The longest text, in characters (default 2,000). */
  readonly textMax: number
  /** The largest command, in bytes (default 16 KiB). */
  readonly commandMax: number
  /** Commands of one connection in a second; more wait (default 200). */
  readonly commandsPerSecond: number
  /** Messages of one connection that are not on the disk yet; more wait (default 64). */
  readonly unstoredMax: number
  /** Bytes that wait for one who does not read; beyond, the connection is closed as too slow (default 256 KiB). */
  readonly outboxMax: number
  /** The largest log of one room, in bytes; then the room takes no more (default 64 MiB). */
  readonly logMax: number
  /** The last messages of a room that are kept in memory (default 500); older ones are read from the disk. */
  readonly recentMax: number
  /** The last messages of a room of which it is known that they came, so that none is stored twice (default 20,000). */
  readonly idsMax: number
  /** Messages that one who joins is told at the most; what is before them is skipped (default 10,000). */
  readonly replayMax: number
  /** How long a command may take from its first byte to its last (default 1 min); beyond, the connection is closed as `slow-writer`. */
  readonly commandFor: Duration
  /** How long a request for the page, or its WebSocket, may take to come (default 10 s). */
  readonly requestFor: Duration
  /** How long a connection to the page may be without a request (default 1 min). */
  readonly requestlessFor: Duration
  /** How long a connection may be without a name (default 30 s). */
  readonly namelessFor: Duration
  /** How long a connection that speaks JSON may be silent (default 30 s); clients ask now and then. */
  readonly silentFor: Duration
  /** How long one whose connection is closed has to read why (default 2 s). */
  readonly closeTimeout: Duration
  /** The same where the server stops, which waits for nobody who says nothing (default 250 ms). */
  readonly stopTimeout: Duration
}

/** The bounds unless somebody says otherwise. */
export const chatLimits: ChatLimits = {
  connectionsMax: 1_000,
  roomsMax: 1_000,
  emptyRoomsMax: 32,
  storedRoomsMax: 100_000,
  roomsOfOneMax: 32,
  membersMax: 1_000,
  textMax: 2_000,
  commandMax: 16 * 1024,
  commandsPerSecond: 200,
  unstoredMax: 64,
  outboxMax: 256 * 1024,
  logMax: 64 * 1024 * 1024,
  recentMax: 500,
  idsMax: 20_000,
  replayMax: 10_000,
  commandFor: minutes(1),
  requestFor: seconds(10),
  requestlessFor: minutes(1),
  namelessFor: seconds(30),
  silentFor: seconds(30),
  closeTimeout: ms(2_000),
  stopTimeout: ms(250),
}

/** Whether somebody can be called so: a letter, then up to 23 letters, digits, `_` or `-`, all of ASCII. */
export function isNick(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,23}$/.test(name)
}

/** What makes names the same: their case does not tell them apart. */
export function nickKey(nick: string): string {
  return nick.toLowerCase()
}

/** Whether a room can be called so: up to 32 small letters, digits, `_` or `-`; the name of its log is made of it. */
export function isRoom(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,31}$/.test(name)
}

/** Whether a message can be known by this: up to 64 characters of ASCII that can be seen. */
export function isMessageId(id: string): boolean {
  return /^[!-~]{1,64}$/.test(id)
}

/** What can be said, in words. */
export function textWanted(max: number): string {
  return `a text is one line of 1 to ${max} characters, none of which controls a screen or turns the direction of writing`
}

/**
 * Whether something can be said: not nothing, not too long, in whole characters, and without what would change more on a
 * terminal or a page than its own line: control characters and those that turn the direction of writing.
 */
export function isText(text: string, max: number): boolean {
  return (
    text.length <= max &&
    text.trim() !== '' &&
    !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text.replaceAll('\t', ' ')) &&
    !/\p{Surrogate}/u.test(text)
  )
}
