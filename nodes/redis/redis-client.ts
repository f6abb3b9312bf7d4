// A client of a Redis server for programs: commands in, replies out, over a connection that comes back when it broke.

import { Buffer } from 'node:buffer'

import { ProtocolError } from './resp/protocol-error.ts'
import { type Reply, ReplyDecoder } from './resp/reply-decoder.ts'
import { encodeCommand } from './resp/request-encoder.ts'
import type { ByteString } from './value.ts'
import type { Duration, Env } from '../../sim/index.ts'
import type { Backoff } from '../resilience/index.ts'
import { FrameClient, type Framing, FramingError } from '../transport/index.ts'

/** Where the server is. */
export interface RedisClientOptions {
  readonly host: string
  readonly port: number
  readonly connectTimeout?: Duration
  readonly backoff?: Backoff
  /** See `FrameClientOptions`. */
  readonly silenceMax?: Duration
}

const respFraming: Framing<Reply, readonly ByteString[]> = {
  encode: (args) => Buffer.from(encodeCommand(args), 'latin1'),
  decoder: () => {
    const decoder = new ReplyDecoder()
    return {
      push: (bytes) => {
        decoder.push(bytes)
        return replies(decoder)
      },
      end: () => undefined,
    }
  },
}

function* replies(decoder: ReplyDecoder): Generator<Reply, void, undefined> {
  try {
    for (let reply = decoder.next(); reply !== null; reply = decoder.next()) yield reply
  } catch (error) {
    throw error instanceof ProtocolError ? new FramingError(error.message, 'a reply') : error
  }
}

/** A client. It speaks RESP2, and connects with its first command. */
export class RedisClient {
  readonly #frames: FrameClient<readonly ByteString[], Reply>

  constructor(env: Env, options: RedisClientOptions) {
    this.#frames = new FrameClient(env, { ...options, framing: respFraming })
  }

  /**
   * Sends a command, each argument as bytes (see `ByteString`), and resolves to its reply, which may be an error of the
   * server's. Rejects with a RequestError as `FrameClient.request` does.
   */
  call(args: readonly ByteString[], timeout: Duration): Promise<Reply> {
    return this.#frames.request(args, timeout)
  }

  close(): void {
    this.#frames.close()
  }
}
