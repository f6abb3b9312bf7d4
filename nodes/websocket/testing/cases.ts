// What a client may send, right and wrong, in the families of the Autobahn test suite: framing, pings, reserved bits, opcodes,
// fragmentation, UTF-8, closing, size, compression. Each ends with a close frame of code 1000, unless it closes itself.

import { encodeFrame, type Frame, MessageDeflater, opcodes } from '../index.ts'

/** Bytes, as they are cut, and the extensions asked for. */
export interface Case {
  readonly name: string
  readonly pieces: readonly Uint8Array[]
  readonly extensions?: string
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const key = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)
const frame = (of: Omit<Frame, 'payload'> & { readonly payload?: Uint8Array | string }): Uint8Array => {
  const { payload = '' } = of
  return encodeFrame({
    ...of,
    payload: typeof payload === 'string' ? utf8(payload) : payload,
    maskingKey: key,
  })
}
const text = (payload: Uint8Array | string, isFinal = true): Uint8Array =>
  frame({ opcode: opcodes.text, payload, isFinal })
const more = (payload: Uint8Array | string, isFinal = true): Uint8Array =>
  frame({ opcode: opcodes.continuation, payload, isFinal })
const binary = (payload: Uint8Array | string): Uint8Array => frame({ opcode: opcodes.binary, payload })
const ping = (payload: Uint8Array | string): Uint8Array => frame({ opcode: opcodes.ping, payload })
const pong = (payload: Uint8Array | string): Uint8Array => frame({ opcode: opcodes.pong, payload })
const closing = (payload: Uint8Array): Uint8Array => frame({ opcode: opcodes.close, payload })
const code = (number: number, reason: Uint8Array | string = ''): Uint8Array =>
  Buffer.concat([
    Uint8Array.of(number >> 8, number & 255),
    typeof reason === 'string' ? utf8(reason) : reason,
  ])
const end = closing(code(1000))
/** The same with other bits in its first byte. */
const withBits = (bytes: Uint8Array, bits: number): Uint8Array => {
  const changed = Uint8Array.from(bytes)
  changed[0] = (changed[0] ?? 0) | bits
  return changed
}
const whole = (...frames: readonly Uint8Array[]): readonly Uint8Array[] => [Buffer.concat(frames)]
const bytewise = (...frames: readonly Uint8Array[]): readonly Uint8Array[] =>
  Array.from(Buffer.concat(frames)).map((byte) => Uint8Array.of(byte))

function* framing(): Generator<Case> {
  for (const size of [0, 125, 126, 127, 128, 65_535, 65_536]) {
    yield { name: `1.1 text of ${size}`, pieces: whole(text('*'.repeat(size)), end) }
    yield { name: `1.2 binary of ${size}`, pieces: whole(binary(new Uint8Array(size).fill(254)), end) }
  }
  yield { name: '1.1.8 text byte by byte', pieces: bytewise(text('*'.repeat(300)), end) }
}

function* pings(): Generator<Case> {
  for (const payload of ['', 'Hello', bytesOf('00 ff fe fd fc fb 00 ff'), new Uint8Array(125).fill(254)])
    yield { name: `2 ping of ${payload.length}`, pieces: whole(ping(payload), end) }
  yield { name: '2.5 ping of 126', pieces: whole(ping(new Uint8Array(126)), end) }
  yield { name: '2.6 ping byte by byte', pieces: bytewise(ping(new Uint8Array(125).fill(254)), end) }
  yield { name: '2.7 pong', pieces: whole(pong(''), end) }
  yield { name: '2.8 pong with payload', pieces: whole(pong('x'), end) }
  yield { name: '2.9 pong, then ping', pieces: whole(pong('x'), ping('y'), end) }
}

function* reserved(): Generator<Case> {
  for (const bits of [1, 2, 3, 4, 5, 6, 7]) {
    yield {
      name: `3 bits ${bits} on text`,
      pieces: whole(text('a'), withBits(text('b'), bits << 4), ping('')),
    }
    yield {
      name: `3 bits ${bits} on ping`,
      pieces: whole(text('a'), withBits(ping('b'), bits << 4), ping('')),
    }
    yield { name: `3 bits ${bits} on close`, pieces: whole(withBits(end, bits << 4)) }
  }
}

function* unknownOpcodes(): Generator<Case> {
  for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
    for (const payload of ['', 'x'])
      yield {
        name: `4 opcode ${opcode} with "${payload}"`,
        pieces: whole(text('a'), withBits(frame({ opcode: 0, payload }), opcode), ping('')),
      }
}

function* fragments(): Generator<Case> {
  yield {
    name: '5.1 ping in two',
    pieces: whole(frame({ opcode: opcodes.ping, payload: 'a', isFinal: false }), more('b'), end),
  }
  yield {
    name: '5.2 pong in two',
    pieces: whole(frame({ opcode: opcodes.pong, payload: 'a', isFinal: false }), more('b'), end),
  }
  yield { name: '5.3 text in two', pieces: whole(text('a', false), more('b'), end) }
  yield { name: '5.5 text in two, byte by byte', pieces: bytewise(text('a', false), more('b'), end) }
  yield { name: '5.6 ping between', pieces: whole(text('a', false), ping('p'), more('b'), end) }
  yield { name: '5.9 a continuation of nothing, ending', pieces: whole(more('a'), text('b'), end) }
  yield {
    name: '5.12 a continuation of nothing, not ending',
    pieces: whole(more('a', false), text('b'), end),
  }
  yield {
    name: '5.15 a continuation after the end',
    pieces: whole(text('a', false), more('b'), more('c', false), text('d'), end),
  }
  yield { name: '5.18 text within text', pieces: whole(text('a', false), text('b'), end) }
  yield {
    name: '5.19 five fragments with pings',
    pieces: whole(
      text('a', false),
      more('b', false),
      ping('1'),
      more('c', false),
      more('d', false),
      ping('2'),
      more('e'),
      end,
    ),
  }
  yield { name: '5.20 empty fragments', pieces: whole(text('', false), more('', false), more(''), end) }
}

const wellFormed = [
  '48 65 6c 6c 6f',
  'ce ba e1 bd b9 cf 83 ce bc ce b5',
  '00',
  'c2 80',
  'e0 a0 80',
  'f0 90 80 80',
  '7f',
  'df bf',
  'ef bf bf',
  'f4 8f bf bf',
  'ed 9f bf',
  'ee 80 80',
  'ef bf bd',
  'ef bb bf 61',
]
const illFormed = [
  '80',
  'bf',
  '80 bf',
  'c0',
  'e0',
  'f8 88 80 80 80',
  'fc 84 80 80 80 80',
  'f7 bf bf bf',
  'c0 af',
  'e0 80 af',
  'f0 80 80 af',
  'c1 bf',
  'e0 9f bf',
  'f0 8f bf bf',
  'ed a0 80',
  'ed bf bf',
  'ed a0 80 ed b0 80',
  'f4 90 80 80',
  'fe',
  'ff',
  'c3',
  'e1 bd',
  'f0 90 80',
  'ce ba e1 bd b9 ed a0 80 65',
]

function* texts(): Generator<Case> {
  for (const [family, list] of [
    ['6 UTF-8', wellFormed],
    ['6 no UTF-8', illFormed],
  ] as const)
    for (const hex of list) {
      const payload = bytesOf(hex)
      yield { name: `${family} ${hex}`, pieces: whole(text(payload), end) }
      const cut = [...payload].map((byte, place) =>
        (place === 0 ? text : more)(Uint8Array.of(byte), place === payload.length - 1),
      )
      yield { name: `${family} ${hex} in fragments`, pieces: whole(...cut, end) }
    }
}

function* closings(): Generator<Case> {
  yield { name: '7.1.2 two close frames', pieces: whole(end, end) }
  yield { name: '7.1.3 ping after close', pieces: whole(end, ping('x')) }
  yield { name: '7.1.4 text after close', pieces: whole(end, text('x')) }
  yield { name: '7.1.5 close within a message', pieces: whole(text('a', false), end, more('b')) }
  yield { name: '7.3.1 without payload', pieces: whole(closing(new Uint8Array(0))) }
  yield { name: '7.3.2 payload of 1', pieces: whole(closing(Uint8Array.of(3))) }
  yield { name: '7.3.5 reason of 123', pieces: whole(closing(code(1000, '*'.repeat(123)))) }
  yield { name: '7.3.6 reason of 124', pieces: whole(closing(code(1000, '*'.repeat(124)))) }
  yield {
    name: '7.5.1 reason no UTF-8',
    pieces: whole(closing(code(1000, bytesOf('ce ba e1 bd b9 ed a0 80')))),
  }
  for (const good of [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
  ])
    yield { name: `7.7 code ${good}`, pieces: whole(closing(code(good))) }
  for (const bad of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
    yield { name: `7.9 code ${bad}`, pieces: whole(closing(code(bad))) }
}

function* sizes(): Generator<Case> {
  for (const size of [65_536, 1 << 20, 4 << 20]) {
    yield { name: `9.1 text of ${size}`, pieces: whole(text('*'.repeat(size)), end) }
    const piece = '*'.repeat(4096)
    const frames = Array.from({ length: size / 4096 }, (_, place) =>
      (place === 0 ? text : more)(piece, place === size / 4096 - 1),
    )
    yield { name: `9.3 text of ${size} in frames of 4096`, pieces: whole(...frames, end) }
  }
  yield {
    name: '10.1 text of 65,536 in frames of 1,300',
    pieces: whole(
      ...Array.from({ length: 51 }, (_, place) =>
        (place === 0 ? text : more)('*'.repeat(place === 50 ? 536 : 1300), place === 50),
      ),
      end,
    ),
  }
}

function* compressed(): Generator<Case> {
  for (const [extensions, direction] of [
    ['permessage-deflate', { windowBits: 15, isContextless: false }],
    [
      'permessage-deflate; client_no_context_takeover; server_no_context_takeover',
      { windowBits: 15, isContextless: true },
    ],
  ] as const)
    for (const size of [0, 16, 64, 256, 1024, 4096, 32_768, 131_072]) {
      const deflater = new MessageDeflater(direction)
      const frames = Array.from({ length: 20 }, (_, round) => {
        const payload = deflater.deflate(utf8(`${round} tick tock `.repeat(size).slice(0, size)))
        const half = payload.length >> 1
        return round % 2 === 0
          ? frame({ opcode: opcodes.text, payload, isCompressed: true })
          : Buffer.concat([
              frame({
                opcode: opcodes.text,
                payload: payload.subarray(0, half),
                isCompressed: true,
                isFinal: false,
              }),
              ping('?'),
              more(payload.subarray(half)),
            ])
      })
      yield {
        name: `12/13 ${extensions}, ${size} bytes`,
        pieces: whole(...frames, text('plain'), end),
        extensions,
      }
    }
  const extensions = 'permessage-deflate'
  yield {
    name: '12 damaged',
    pieces: whole(frame({ opcode: opcodes.text, payload: bytesOf('07 ff ff'), isCompressed: true }), end),
    extensions,
  }
  yield {
    name: '12 compressed continuation',
    pieces: whole(text('a', false), withBits(more('b'), 0x40), end),
    extensions,
  }
  yield { name: '12 compressed ping', pieces: whole(withBits(ping('b'), 0x40), end), extensions }
  const bad = new MessageDeflater({ windowBits: 15, isContextless: true }).deflate(bytesOf('ff fe'))
  yield {
    name: '12 compressed no UTF-8',
    pieces: whole(frame({ opcode: opcodes.text, payload: bad, isCompressed: true }), end),
    extensions,
  }
}

/** All of them. */
export const cases: readonly Case[] = [
  framing,
  pings,
  reserved,
  unknownOpcodes,
  fragments,
  texts,
  closings,
  sizes,
  compressed,
].flatMap((family) => [...family()])
