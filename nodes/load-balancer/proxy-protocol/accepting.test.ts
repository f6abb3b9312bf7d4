// Headers as fronts send them, and as nobody should: who is taken to be there, or why the connection is refused.

import { expect, test } from 'vitest'

import { acceptingProxy, clientHeader, encodeProxyHeader, type ProxyHeader } from './index.ts'
import { readText } from '../testing/play.ts'
import { ms, NetError, node, type Program, run, scenario, seconds } from '../../../sim/index.ts'

/** Whom a server takes a connection to be from, and what it reads of it, when a front says these pieces and ends. */
async function taken(pieces: readonly Uint8Array[], ends = true): Promise<string> {
  let told = ''
  const server: Program = async (env) => {
    const front = acceptingProxy(env, { trusted: new Set(['*']), timeout: ms(500) })
    const connection = await (await front.net.listen(80)).accept()
    if (connection === null) return
    const text = await readText(connection).catch((error: unknown) => String(error))
    told = `${connection.remote} ${connection.remotePort < 1024 ? connection.remotePort : '-'}: ${text}`
  }
  const front: Program = async (env) => {
    await env.sleep(ms(10))
    const connection = await env.net.connect('server', 80)
    try {
      for (const piece of pieces) {
        await connection.write(piece)
        await env.sleep(ms(1))
      }
      if (ends) connection.end()
      for await (const bytes of connection) void bytes
    } catch (error) {
      if (!(error instanceof NetError)) throw error
    }
  }
  const nodes = (): ReturnType<typeof node>[] => [node('server', server), node('front', front)]
  const { violations } = await run(scenario({ title: 'a header', nodes, duration: seconds(2) }), {
    seed: 1,
    isChecked: false,
  })
  expect(violations).toEqual([])
  return told
}

const text = (said: string): Uint8Array => Buffer.from(said, 'latin1')
/** A header with any bytes where the codec would write only what has a form. */
function raw(
  kinds: readonly [command: number, family: number],
  body: string,
  length = body.length,
): Uint8Array {
  return text(`\r\n\r\n\0\r\nQUIT\n${String.fromCharCode(...kinds, length >> 8, length & 255)}${body}`)
}
const whole = (more: Partial<ProxyHeader>): Uint8Array =>
  encodeProxyHeader({
    command: 'proxy',
    transport: 'stream',
    ends: { source: { host: '192.0.2.1', port: 7 }, target: { host: '192.0.2.2', port: 80 } },
    fields: [],
    ...more,
  })
const unix = (host: string): Uint8Array =>
  whole({ ends: { source: { host, port: 0 }, target: { host: '/front', port: 0 } } })
const v6 = { source: { host: '2001:db8::1', port: 9 }, target: { host: '::1', port: 80 } }
const fields = [
  { type: 0x05, value: text('an id') },
  { type: 0xee, value: new Uint8Array(300) },
]
const checksum = { type: 0x03, value: new Uint8Array(4) }
/** The same, from another port. */
function spoilt(bytes: Uint8Array): Uint8Array {
  return bytes.with(25, 8)
}
const hello = text('hello')
const addresses = '\u00c0\0\u0002\u0001\u00c0\0\u0002\u0002\0\u0007\0P'

test.each<readonly [string, string, readonly Uint8Array[]]>([
  ['IPv4', '192.0.2.1 7: hello', [whole({}), hello]],
  ['IPv6', '2001:db8::1 9: hello', [whole({ ends: v6 }), hello]],
  ['fields besides, which are read over', '192.0.2.1 7: hello', [whole({ fields }), hello]],
  [
    'a header byte by byte',
    '192.0.2.1 7: hello',
    [...whole({ fields }), ...hello].map((byte) => Uint8Array.of(byte)),
  ],
  ['all in one piece', '192.0.2.1 7: hello', [Uint8Array.from([...whole({}), ...hello])]],
  ['a Unix socket', 'unix:/client 0: hello', [unix('/client'), hello]],
  [
    'a path that would be more than one name',
    'unix:/a??B:?c??1.2.3.4 0: hello',
    [unix('/a\r\nB: c, 1.2.3.4'), hello],
  ],
  ['a name', 'client-1 0: hello', [clientHeader({ host: 'client-1', port: 5 }, 80), hello]],
  [
    'a name that would be more than one',
    'a??b 0: hello',
    [clientHeader({ host: 'a, b', port: 5 }, 80), hello],
  ],
  ['IPv4 with a checksum', '192.0.2.1 7: hello', [whole({ fields: [...fields, checksum] }), hello]],
  ['IPv4 in version 1', '192.0.2.1 7: hello', [text('PROXY TCP4 192.0.2.1 192.0.2.2 7 80\r\nhello')]],
  [
    'IPv6 in version 1, byte by byte',
    '2001:db8::1 9: hello',
    [...text('PROXY TCP6 2001:db8::1 ::1 9 80\r\nhello')].map((byte) => Uint8Array.of(byte)),
  ],
  ['nobody known in version 1', 'front -: hello', [text('PROXY UNKNOWN\r\n'), hello]],
  ['LOCAL', 'front -: hello', [whole({ command: 'local', ends: null }), hello]],
  ['LOCAL with addresses, which are ignored', 'front -: hello', [whole({ command: 'local' }), hello]],
  ['LOCAL with what has no form, which is ignored', 'front -: hello', [raw([0x20, 0x11], 'odd'), hello]],
  ['LOCAL of a family that there is not', 'front -: hello', [raw([0x20, 0x77], ''), hello]],
  ['nobody known', 'front -: hello', [raw([0x21, 0x00], 'whatever'), hello]],
  ['a datagram of IPv4', '192.0.2.1 7: hello', [whole({ transport: 'datagram' }), hello]],
  ['nothing at all', 'front -: ', []],
])('a front that says %s: %s', async (_what, told, pieces) => {
  expect(await taken(pieces)).toBe(told)
})

test.each<readonly [string, string, readonly Uint8Array[]]>([
  ['no header', 'byte 0: got 0x47', [text('GET / HTTP/1.1\r\n\r\n')]],
  ['half a line of version 1', 'ended in a PROXY header', [text('PROXY TCP4 192.0.2.1 192.0.2.2 7')]],
  ['a line without an end', 'no CR LF in 107 bytes', [text(`PROXY UNKNOWN ${'x'.repeat(100)}`)]],
  ['a checksum that is wrong', 'its checksum: got 0x', [spoilt(whole({ fields: [checksum] }))]],
  ['a signature that is none', 'byte 11: got 0x0b', [text('\r\n\r\n\0\r\nQUIT\u000b!!!!')]],
  ['version 3', 'got 0x31, wanted 0x20 or 0x21', [raw([0x31, 0x11], addresses)]],
  ['a command that there is not', 'got 0x22, wanted 0x20 or 0x21', [raw([0x22, 0x11], addresses)]],
  ['a family that there is not', 'got 0x41, wanted a family', [raw([0x21, 0x41], addresses)]],
  ['a transport that there is not', 'got 0x13, wanted a family', [raw([0x21, 0x13], addresses)]],
  ['too few addresses', '11 bytes, wanted 12 of ipv4', [raw([0x21, 0x11], addresses.slice(1))]],
  ['addresses of IPv4 for IPv6', '12 bytes, wanted 36 of ipv6', [raw([0x21, 0x21], addresses)]],
  ['half a field', 'a field: got 2 bytes, wanted at least 3', [raw([0x21, 0x11], `${addresses}\u0001\0`)]],
  [
    'a field longer than its header',
    'a field: got 1 bytes, wanted 9',
    [raw([0x21, 0x11], `${addresses}\u0001\0\u0009x`)],
  ],
  [
    'a header longer than anybody needs',
    '65535 bytes, wanted at most 4096',
    [raw([0x21, 0x11], addresses, 65_535)],
  ],
  ['the beginning of one', 'the stream ended in a PROXY header', [whole({}).subarray(0, 20)]],
  ['the beginning of a signature', 'the stream ended in a PROXY header', [text('\r\n')]],
])('a front that says %s is refused: %s', async (_what, why, pieces) => {
  expect(await taken(pieces)).toMatch(/^front -: NetError: ECONNRESET: /)
  expect(await taken(pieces)).toContain(why)
})

test('a front that does not go on is not waited for', async () => {
  expect(await taken([whole({}).subarray(0, 20)], false)).toMatch(/^front -: NetError: ECONNRESET/)
  expect(await taken([], false)).toMatch(/^front -: NetError: ECONNRESET/)
})
