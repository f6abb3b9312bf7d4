// A client as CLIENT LIST shows it.

import { clientMemory } from '../client-memory.ts'
import type { Client } from '../client.ts'

/** One line, without its end. */
export function clientLine(client: Client, now: number): string {
  const fields: readonly (readonly [string, string | number])[] = [
    ['id', client.id],
    ['addr', client.address],
    ['laddr', client.localAddress],
    ['fd', client.id + 7],
    ['name', client.name],
    ['age', seconds(now - client.createdAt)],
    ['idle', seconds(now - client.lastAt)],
    ['flags', flagsOf(client)],
    ['db', client.db.index],
    ['sub', client.channels.size],
    ['psub', client.patterns.size],
    ['ssub', client.shardChannels.size],
    ['multi', client.transaction?.queue.length ?? -1],
    ['qbuf', client.decoder.buffered],
    ['qbuf-free', 0],
    ['argv-mem', 0],
    ['multi-mem', client.transaction?.bytes ?? 0],
    ['rbs', 1024],
    ['rbp', 0],
    ['obl', client.reply.out.length],
    ['oll', 0],
    ['omem', client.output.unsent],
    ['tot-mem', clientMemory(client)],
    ['events', 'r'],
    ['cmd', client.lastCommand],
    ['user', client.user.name],
    ['redir', client.tracking === null ? -1 : client.tracking.redirect],
    ['resp', client.reply.protocol],
  ]
  return fields.map(([name, value]) => `${name}=${value}`).join(' ')
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / 1000))
}

function flagsOf(client: Client): string {
  const flags = [
    client.role === 'replica' ? 'S' : '',
    client.role === 'master' ? 'M' : '',
    client.isMonitor ? 'O' : '',
    client.isSubscriber ? 'P' : '',
    client.transaction === null ? '' : 'x',
    client.isBlocked ? 'b' : '',
    client.tracking === null ? '' : 't',
    client.tracking?.isBroadcast === true ? 'B' : '',
    client.isDirty ? 'd' : '',
    client.isClosing ? 'c' : '',
    client.isNoEvict ? 'e' : '',
  ].join('')
  return flags === '' ? 'N' : flags
}
