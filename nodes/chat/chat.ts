// The chat server as a program: rooms whose messages survive it, over lines and WebSocket, on two ports.

import type { Env, Program } from '../../sim/index.ts'
import { DiskError } from '../../sim/index.ts'
import { JournalError } from '../journal/index.ts'
import type { Compression } from '../websocket/index.ts'
import { ChatDesk } from './chat-desk.ts'
import { ChatHub } from './chat-hub.ts'
import { readChatLog, readChatParameters } from './chat-parameters.ts'
import { chatRules, type ChatRules } from './chat-rules.ts'
import { roomsDirectory, storedRooms } from './room-log.ts'
import type { RoomContext } from './room.ts'
import { chatLimits, type ChatLimits } from './rules.ts'
import { serveLines } from './serve-lines.ts'
import { serveWeb } from './serve-web.ts'

/** The port for lines. */
export const chatPort = 7000
/** The port for the page and its WebSocket. */
export const chatWebPort = 7080

/** With which code the server ends when its disk fails it, as other components do (sysexits.h). */
export const chatExitCodes: {
  /** A log holds something else than what was written: EX_DATAERR. */
  readonly corrupt: number
  /** The disk refused to read, write or sync: EX_IOERR. */
  readonly disk: number
} = { corrupt: 65, disk: 74 }

/** How a chat is served. */
export interface ChatOptions {
  readonly limits?: Partial<ChatLimits>
  /** Compresses what WebSocket clients are told (default: no). Not in a simulation: versions of zlib differ. */
  readonly compression?: Compression | null
  /** For tests of the invariants: see `chatMutants`. */
  readonly rules?: ChatRules
}

/**
 * Serves a chat until it is stopped. Its rooms are in `/rooms`. Parameters of the node that are named like bounds (`ChatLimits`) come
 * before those of `options`; one that is wrong ends the program with an error that names it.
 */
export function chat(options: ChatOptions = {}): Program {
  return async (env) => {
    const limits = { ...chatLimits, ...options.limits, ...readChatParameters('chat', env.parameters) }
    const context: RoomContext = {
      env,
      limits,
      rules: options.rules ?? chatRules,
      isLogged: readChatLog('chat', env.parameters),
      onDiskFailure: (error) => failed(env, error),
    }
    const hub = new ChatHub(context, await prepareDisk(env))
    const desk = new ChatDesk(env, hub, limits)
    await serveLines(env, desk, chatPort)
    await serveWeb(env, desk, { port: chatWebPort, compression: options.compression ?? null })
    env.onStop(() => {
      desk.closeAll()
    })
  }
}

/** The names of the rooms that are there. */
async function prepareDisk(env: Env): Promise<readonly string[]> {
  try {
    await env.disk.makeDirectory(roomsDirectory)
    await env.disk.syncDirectory('/')
    return await storedRooms(env.disk)
  } catch (error) {
    return failed(env, error)
  }
}

/** Goes on from nothing that it cannot be sure of: the next start reads what there really is. */
function failed(env: Env, error: unknown): never {
  env.log.error('the disk failed', { error: String(error) })
  if (error instanceof JournalError) return env.exit(chatExitCodes.corrupt)
  if (error instanceof DiskError) return env.exit(chatExitCodes.disk)
  throw error
}
