// What passed over a connection of a real node, and the same given to the program in a simulation: both environments agree when
// the program says the same bytes.

import type { Connection, Program } from '../env.ts'
import { run } from '../run.ts'
import { node, type NodeOptions, scenario } from '../scenario.ts'
import { ms, seconds } from '../time.ts'

/** What passed over one connection that a program accepted, in its order. */
export interface Exchange {
  /** The port on which the program listened. */
  readonly port: number
  readonly steps: readonly ExchangeStep[]
}

/** Bytes that the program received or sent, or the end of what its peer sent. */
export type ExchangeStep =
  { readonly kind: 'received' | 'sent'; readonly bytes: Uint8Array } | { readonly kind: 'ended' }

/** More than this is not recorded of one connection. */
const recordedMax = 16 * 1024 * 1024

/** Records one connection. */
export class ExchangeRecorder {
  readonly #port: number
  readonly #steps: ExchangeStep[] = []
  #size = 0

  constructor(port: number) {
    this.#port = port
  }

  add(step: ExchangeStep): void {
    if (step.kind !== 'ended') this.#size += step.bytes.length
    if (this.#size <= recordedMax) this.#steps.push(step)
  }

  get exchange(): Exchange {
    return { port: this.#port, steps: this.#steps }
  }
}

/**
 * Gives a program in a simulation what it received in exchanges, one after the other, each part once the program has said as much
 * as it had then. Resolves to what it says in each; an exchange in which it says less ends after a virtual minute.
 */
export async function replayExchanges(
  program: Program,
  exchanges: readonly Exchange[],
  options: NodeOptions = {},
): Promise<readonly Uint8Array[]> {
  const said: Uint8Array[] = []
  const peer: Program = async (env) => {
    for (const exchange of exchanges) {
      const connection = await env.net.connect('program', exchange.port)
      const heard = new Heard()
      env.spawn(() => heard.listen(connection))
      await replay(exchange, connection, async (length) => {
        for (let waited = 0; heard.length < length && waited < 60_000; waited++) await env.sleep(ms(1))
      })
      connection.end()
      for (let waited = 0; !heard.isOver && waited < 1000; waited++) await env.sleep(ms(1))
      said.push(heard.bytes)
    }
    env.exit(0)
  }
  const world = scenario({
    title: 'an exchange that was recorded',
    nodes: () => [node('program', program, options), node('peer', peer)],
    duration: seconds(3600),
  })
  await run(world, { seed: 1, isChecked: false })
  return said
}

async function replay(
  { steps }: Exchange,
  connection: Connection,
  untilHeard: (length: number) => Promise<void>,
): Promise<void> {
  let length = 0
  for (const step of steps) {
    if (step.kind === 'sent') length += step.bytes.length
    else {
      await untilHeard(length)
      if (step.kind === 'ended') connection.end()
      else await connection.write(step.bytes)
    }
  }
  await untilHeard(length)
}

/** What a program has said on one connection. */
class Heard {
  length = 0
  isOver = false
  readonly #parts: Uint8Array[] = []

  async listen(connection: Connection): Promise<void> {
    try {
      for await (const bytes of connection) {
        this.#parts.push(bytes)
        this.length += bytes.length
      }
    } finally {
      this.isOver = true
    }
  }

  get bytes(): Uint8Array {
    const all = new Uint8Array(this.length)
    let at = 0
    for (const part of this.#parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  }
}
