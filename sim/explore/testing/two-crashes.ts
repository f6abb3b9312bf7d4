// A scenario to shrink: a server that acknowledges notes before they are on its disk, clients, and machines that do nothing.

import type { Program } from '../../env.ts'
import { chaos, crashes, type Fault } from '../../faults/index.ts'
import type { Invariant } from '../../invariant.ts'
import { group, node, type Scenario, scenario } from '../../scenario.ts'
import { after, instantZero, ms, seconds } from '../../time.ts'

const server =
  (isSafe: boolean): Program =>
  async (env) => {
    const file = await env.disk.open('/notes', { create: true, sync: isSafe })
    await env.disk.syncDirectory('/')
    const bytes = await file.read(0, 1_000_000)
    env.probe('kept', Buffer.from(bytes).toString().split('\n').filter(Boolean))
    env.messages.on('note', async (message, client) => {
      const text = message['text'] as string
      const written = file.append(Buffer.from(`${text}\n`))
      if (isSafe) await written
      env.messages.send(client, { kind: 'noted', text })
    })
  }

const client: Program = (env) => {
  let count = 0
  env.messages.on('noted', ({ text }) => env.probe('noted', text ?? null))
  env.timers.every(ms(40), () => {
    const text = `${env.name}.${++count}`
    if (!env.admits('note')) return
    env.invoke({ f: 'note', value: text }).info('not waited for')
    env.messages.send('server', { kind: 'note', text })
  })
}

/** A note that was acknowledged is there when the server starts again. */
const neverLost: Invariant = {
  name: 'never lost',
  kinds: ['probe'],
  begin: () => {
    const noted: string[] = []
    return {
      on: (event) => {
        if (event.kind !== 'probe') return null
        if (event.name === 'noted') noted.push(event.value as string)
        if (event.name !== 'kept') return null
        const kept = new Set(event.value as readonly string[])
        const lost = noted.find((text) => !kept.has(text))
        return lost === undefined
          ? null
          : { kind: 'violated', message: `a note of ${lost.split('.')[0]} was lost\n${lost}` }
      },
      looked: () => noted.length,
    }
  },
}

const twoCrashes: Scenario = scenario({
  title: 'notes that are acknowledged are kept',
  parameters: { isSafe: false },
  nodes: ({ isSafe }) => [
    node('server', server(isSafe)),
    ...group('idle', 2, () => undefined, { quorum: 0 }),
    ...group('client', 2, client, { quorum: 0, operations: ['note'] }),
  ],
  faults: [
    ...chaos({
      without: ['diskErrors', 'fsyncFailures', 'fullDisks', 'shortReads', 'bitRot', 'misdirectedWrites'],
    }),
    crashes({ every: seconds(2) }),
  ],
  unrestricted: true,
  exitsAllowed: [1],
  invariants: [neverLost],
  duration: seconds(10),
})

export default twoCrashes

/** A crash of the server by which it loses notes that it has acknowledged. */
export const losingCrash: Fault = {
  kind: 'crash',
  node: 'server',
  at: after(instantZero, seconds(2)),
  for: ms(50),
  connections: 'reset',
  disk: 'lost',
}
