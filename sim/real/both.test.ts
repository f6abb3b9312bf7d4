// The behaviour of datagrams, messages, timers and files that programs rely on, held on both environments; streams.test.ts has
// that of streams.

import { describe, expect, test } from 'vitest'

import { codeOf, real, realIpv6, realUnix, simulated } from './testing/both.ts'
import type { Program } from '../env.ts'
import { ms } from '../time.ts'

/** Stays up and does nothing. */
const idle: Program = (env) => {
  env.messages.on('nothing', () => undefined)
}

describe.each([
  ['in the simulation', simulated],
  ['over IPv4', real],
  ['over IPv6', realIpv6],
])('datagrams %s', (_name, stage) => {
  test('datagrams go to and fro with the port of who sent them', async () => {
    const notes = await stage((note) => ({
      server: async (env) => {
        const socket = await env.net.bind(7)
        for await (const { source, sourcePort, bytes } of socket) socket.send(source, sourcePort, bytes)
      },
      client: async (env) => {
        await env.sleep(ms(50))
        const socket = await env.net.bind()
        for (let attempt = 0; attempt < 20; attempt++) socket.send('server', 7, 'ping')
        const answer = await socket.receive()
        note(new TextDecoder().decode(answer?.bytes))
        socket.close()
        note((await socket.receive()) === null ? 'closed' : 'received')
        env.exit(0)
      },
    }))
    expect(notes).toEqual(['ping', 'closed'])
  })
})

test('there are no datagrams on Unix sockets, and a program is told so', async () => {
  const notes = await realUnix((note) => ({
    server: idle,
    client: async (env) => {
      note(await codeOf(env.net.bind(7)))
      env.exit(0)
    },
  }))
  expect(notes).toEqual(['EADDRINUSE'])
})

describe.each([
  ['in the simulation', simulated],
  ['over IPv4', real],
  ['over IPv6', realIpv6],
  ['over Unix sockets', realUnix],
])('messages %s', (_name, stage) => {
  test('messages reach the handler of their kind, frozen, with the name of who sent them', async () => {
    const notes = await stage((note) => ({
      server: (env) => {
        env.messages.on('ask', (message, source) => {
          note(`${source} asked ${JSON.stringify(message)} ${Object.isFrozen(message['list'])}`)
          env.messages.send(source, { kind: 'answer' })
        })
      },
      client: (env) => {
        env.messages.on('answer', () => {
          note('answered')
          env.exit(0)
        })
        env.timers.every(ms(300), () => {
          env.messages.send('server', { kind: 'ask', list: [1, 'ä'] })
        })
      },
    }))
    expect(notes.slice(-2)).toEqual(['client asked {"kind":"ask","list":[1,"ä"]} true', 'answered'])
  })
})

describe.each([
  ['in the simulation', simulated],
  ['on a real machine', real],
])('%s', (_name, stage) => {
  test('timers fire in the order in which they are due, and not once cancelled', async () => {
    const notes = await stage((note) => ({
      server: idle,
      client: async (env) => {
        env.timers.after(ms(60), () => {
          note('late')
        })
        env.timers.after(ms(20), () => {
          note('early')
        })
        const never = env.timers.after(ms(30), () => {
          note('cancelled')
        })
        never.cancel()
        let ticks = 0
        const third = new Promise<void>((resolve) => {
          const every = env.timers.every(ms(10), () => {
            if (++ticks < 3) return
            every.cancel()
            resolve()
          })
        })
        const begin = env.clock.monotonic()
        await env.sleep(ms(150))
        const hasTime = env.clock.monotonic() - begin >= ms(150)
        // A machine that is busy gives the ticks of a period later.
        await third
        note(`${ticks} ticks, ${hasTime ? 'long enough' : 'too short'}`)
        env.exit(0)
      },
    }))
    expect(notes).toEqual(['early', 'late', '3 ticks, long enough'])
  })

  test('files do what was asked for in its order, and errors have their codes', async () => {
    const notes = await stage((note) => ({
      server: idle,
      client: async (env) => {
        const { disk } = env
        const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
        const bytes = (written: string): Uint8Array => new TextEncoder().encode(written)
        await disk.makeDirectory('/log')
        await disk.makeDirectory('/log')
        const file = await disk.open('/log/1', { create: true, exclusive: true, sync: true })
        const both = [file.append(bytes('one')), file.append(bytes('two'))]
        note((await Promise.all(both)).join())
        await file.write(8, bytes('end'))
        note(JSON.stringify(text(await file.read(0, 100))))
        await file.truncate(3)
        note(`${text(await file.read(1, 100))} ${await file.size()} ${(await file.read(9, 4)).length}`)
        await file.sync()
        await file.close()
        note(await codeOf(file.read(0, 1)))
        await disk.syncDirectory('/log')
        await disk.rename('/log/1', '/log/2')
        note((await disk.list('/log')).join())
        note(JSON.stringify([await disk.stat('/log/2'), await disk.stat('/log/1')]))
        note(`${(await disk.stat('/log'))?.kind}`)
        note(await codeOf(disk.open('/log/1')))
        note(await codeOf(disk.open('/log/2', { create: true, exclusive: true })))
        note(await codeOf(disk.open('/log')))
        note(await codeOf(disk.list('/log/2')))
        note(await codeOf(disk.removeDirectory('/log')))
        note(await codeOf(disk.open('/../outside', { create: true })))
        await disk.unlink('/log/2')
        await disk.removeDirectory('/log')
        note((await disk.list('/')).join())
        env.exit(0)
      },
    }))
    expect(notes).toEqual([
      '0,3',
      JSON.stringify('onetwo\0\0end'),
      'ne 3 0',
      'EBADF',
      '2',
      JSON.stringify([{ kind: 'file', size: 3 }, null]),
      'directory',
      'ENOENT',
      'EEXIST',
      'EISDIR',
      'ENOTDIR',
      'ENOTEMPTY',
      'EINVAL',
      '',
    ])
  })
})
