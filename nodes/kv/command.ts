// What the store's log holds: commands as short tuples, since every replica keeps and writes each of them.

import type { LogIndex } from '../raft/index.ts'

/** Opens a session; its result is the session's number. */
export type OpenCommand = readonly ['open']

/** Sets a key to a value. Result null. */
export type PutCommand = readonly [session: LogIndex, sequence: number, f: 'put', key: string, value: string]

/** Puts a value at the end of a key's value; a missing key counts as empty. Result null. */
export type AppendCommand = readonly [
  session: LogIndex,
  sequence: number,
  f: 'append',
  key: string,
  value: string,
]

/** Sets a key if it has the expected value (null: if it is missing). Result: whether it did. */
export type CasCommand = readonly [
  session: LogIndex,
  sequence: number,
  f: 'cas',
  key: string,
  value: string,
  expected: string | null,
]

/** Removes a key. Result null. */
export type DeleteCommand = readonly [session: LogIndex, sequence: number, f: 'delete', key: string]

/** Reads a key; needs no session. Result: its value, or null when it is missing. */
export type GetCommand = readonly [session: 0, sequence: 0, f: 'get', key: string]

/** A command that changes the store at most once. */
export type WriteCommand = PutCommand | AppendCommand | CasCommand | DeleteCommand

/** Everything that a client can ask of the store. */
export type Command = OpenCommand | WriteCommand | GetCommand
