// A peer of a server that says raw bytes, in a simulation: whatever times out does so at once.

import {
  type Connection,
  type Env,
  type FaultSource,
  NetError,
  node,
  type Program,
  run,
  scenario,
  seconds,
} from '../../../sim/index.ts'

/** A raw connection to the server. */
export interface Peer {
  /** Writes text (Latin-1). */
  send(text: string): Promise<void>
  /** What comes until text that ends with this pattern is there, or the connection ends. */
  until(pattern: RegExp): Promise<string>
  /** What comes until the connection ends; `!ECONNRESET` where it broke. */
  rest(): Promise<string>
  end(): void
  readonly connection: Connection
}

/** What a client does: opens connections, and notes what it sees. */
export type Script = (stage: Stage) => Promise<void>

/** What a script has. */
export interface Stage {
  readonly env: Env
  readonly open: () => Promise<Peer>
  readonly note: (line: string) => void
}

/** Runs a script against a server on port 80 of a simulation; what it noted, and `done` where it came to its end. */
export async function played(
  server: Program,
  script: Script,
  faults: readonly FaultSource[] = [],
): Promise<readonly string[]> {
  const notes: string[] = []
  const client: Program = async (env) => {
    await script({
      env,
      open: async () => peer(await env.net.connect('server', 80)),
      note: (line) => void notes.push(line),
    })
    notes.push('done')
  }
  const { violations } = await run(
    scenario({
      title: 'raw bytes to a server',
      nodes: () => [node('server', server), node('client', client)],
      faults,
      duration: seconds(900),
    }),
    { seed: 1, isChecked: false },
  )
  if (violations.length > 0) throw new Error(JSON.stringify(violations))
  return notes
}

function peer(connection: Connection): Peer {
  let text = ''
  const more = async (): Promise<boolean> => {
    try {
      const bytes = await connection.read()
      if (bytes === null) return false
      text += Buffer.from(bytes).toString('latin1')
      return true
    } catch (error) {
      if (!(error instanceof NetError)) throw error
      text += `!${error.code}`
      return false
    }
  }
  const take = (): string => {
    const taken = text
    text = ''
    return taken
  }
  return {
    connection,
    send: (sent) => connection.write(Buffer.from(sent, 'latin1')),
    until: async (pattern) => {
      while (!pattern.test(text) && (await more()));
      return take()
    },
    rest: async () => {
      while (await more());
      return take()
    },
    end: () => {
      connection.end()
    },
  }
}
