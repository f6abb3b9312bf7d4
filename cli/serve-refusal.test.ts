import { describe, expect, test } from 'vitest'

import { refusalText } from './serve-refusal.ts'
import { type Address, NetError } from '../sim/index.ts'

const loopback: Address = { host: '127.0.0.1', port: 80 }

function said(
  address: Address,
  error: NetError,
  { kind = 'stream', port = 80 }: { readonly kind?: 'stream' | 'messages'; readonly port?: number } = {},
): string {
  return refusalText({ kind, port, address, error }, 80)
}

describe('an address that is not to be had is told in one line with what to do', () => {
  test.each([
    [
      'taken',
      said(loopback, new NetError('EADDRINUSE', 'listen on 127.0.0.1:80')),
      '--port: got 127.0.0.1:80, where something else listens already; wanted that to be stopped, or another one by --port N (0: any free one)',
    ],
    [
      'not allowed',
      said(loopback, new NetError('EADDRINUSE', 'listen on 127.0.0.1:80 (EACCES)')),
      '--port: got 127.0.0.1:80, where this user may not listen (ports below 1024 are mostly for root); wanted another one by --port N (0: any free one)',
    ],
    [
      'of another machine',
      said({ host: '10.9.9.9', port: 80 }, new NetError('EHOSTUNREACH', 'listen (EADDRNOTAVAIL)')),
      '--host: got 10.9.9.9:80, but no interface of this machine is 10.9.9.9; wanted one of its own: 127.0.0.1, ::1, or 0.0.0.0 for all',
    ],
    [
      'of no machine',
      said({ host: 'nowhere', port: 80 }, new NetError('ENOTFOUND', 'listen on nowhere:80')),
      '--host: got nowhere:80, but there is no host nowhere; wanted an address of this machine: 127.0.0.1, ::1, or 0.0.0.0 for all',
    ],
    [
      'taken, of another port of the program',
      said(loopback, new NetError('EADDRINUSE', 'listen'), { port: 7080 }),
      '--listen: got 127.0.0.1:80, where something else listens already; wanted that to be stopped, or another one by --listen 7080=HOST:PORT (port 0: any free one)',
    ],
    [
      'taken, for messages',
      said(loopback, new NetError('EADDRINUSE', 'listen'), { kind: 'messages' }),
      '--messages: got 127.0.0.1:80, where something else listens already; wanted that to be stopped, or another one by --messages HOST:PORT',
    ],
    [
      'a socket that is there',
      said({ path: '/tmp/s' }, new NetError('EADDRINUSE', 'listen')),
      '--listen: got unix:/tmp/s, where there is a file or a socket already; wanted it to be removed if nobody listens on it, or another path',
    ],
    [
      'refused for another reason',
      said(loopback, new NetError('ENOBUFS', 'listen')),
      '--port: got 127.0.0.1:80, ENOBUFS: listen; wanted another one by --port N (0: any free one)',
    ],
  ])('%s', (_what, text, wanted) => {
    expect(text).toBe(wanted)
  })
})
