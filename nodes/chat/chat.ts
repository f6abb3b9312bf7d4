// The chat server as a program: rooms whose messages survive it, over lines and WebSocket, on two ports.

import type { Env, Program } from '../../sim/index.ts'
import { DiskError } from '../../sim/index.ts'
import type { Compression } from '../websocket/index.ts'
import { ChatDesk } from './chat-desk.ts'
import { ChatHub } from './chat-hub.ts'
import { chatRules, type ChatRules } from './chat-rules.ts'
import { RoomLogError } from './room-log.ts'
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

/** Serves a chat until it is stopped. Its rooms are in `/rooms`. */
export function chat(options: ChatOptions = {}): Program {
  return async (env) => {
    const limits = { ...chatLimits, ...options.limits }
    await prepareDisk(env)
    const hub = new ChatHub({
      env,
      limits,
      rules: options.rules ?? chatRules,
      onDiskFailure: (error) => failed(env, error),
    })
    const desk = new ChatDesk(env, hub, limits)
    await serveLines(env, desk, chatPort)
    await serveWeb(env, desk, { port: chatWebPort, compression: options.compression ?? null })
    env.onStop(() => {
      desk.closeAll()
    })
  }
}

async function prepareDisk(env: Env): Promise<void> {
  try {
    await env.disk.makeDirectory('/rooms')
    await env.disk.syncDirectory('/')
  } catch (error) {
    failed(env, error)
  }
}

/** Goes on from nothing that it cannot be sure of: the next start reads what there really is. */
function failed(env: Env, error: unknown): never {
  env.log.error('the disk failed', { error: String(error) })
  if (error instanceof RoomLogError) return env.exit(chatExitCodes.corrupt)
  if (error instanceof DiskError) return env.exit(chatExitCodes.disk)
  throw error
}
