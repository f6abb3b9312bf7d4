// The opening handshake of RFC 6455, section 4, as values: what a server answers to a request, what a client asks and accepts.

import { createHash } from 'node:crypto'

import { type Agreement, agree, type Compression, offerOf, parseExtensions, readAnswer } from './extension.ts'

/** What of an HTTP request the handshake looks at; `HttpRequest` of nodes/http is one. */
export interface HandshakeRequest {
  readonly method: string
  readonly target: string
  readonly version: string
  readonly headers: { get(name: string): string | null }
}

/** An answer's head. */
export interface HandshakeResponse {
  readonly status: number
  readonly reason: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** What a server takes. */
export interface HandshakeRules {
  /** The subprotocols it speaks, the best first (default: none). With none in common the connection has none. */
  readonly protocols?: readonly string[]
  /** Whether pages of this origin may connect; null is a request without one, as programs send them (default: all may). */
  readonly isOriginAllowed?: (origin: string | null, request: HandshakeRequest) => boolean
  /** Whether messages may be compressed (default: no). */
  readonly compression?: Compression | null
}

/** What comes of a request. */
export type HandshakeVerdict =
  | {
      readonly kind: 'accepted'
      readonly response: HandshakeResponse
      /** The subprotocol; '' for none. */
      readonly protocol: string
      readonly agreement: Agreement | null
    }
  | { readonly kind: 'refused'; readonly response: HandshakeResponse }

/** Added to a client's key before it is hashed (section 1.3). */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** The value of Sec-WebSocket-Accept for a key (section 4.2.2). */
export function acceptKey(key: string): string {
  return createHash('sha1')
    .update(key + guid)
    .digest('base64')
}

/** What a server answers (section 4.2). A wrong version is a 426 that names the right one. */
export function answerHandshake(request: HandshakeRequest, rules: HandshakeRules = {}): HandshakeVerdict {
  const { headers } = request
  const key = (headers.get('sec-websocket-key') ?? '').trim()
  if (request.method !== 'GET') return refused(405, 'Method Not Allowed', [['Allow', 'GET']])
  if (request.version !== '1.1' || !hasToken(headers.get('connection'), 'upgrade')) return upgradeRequired()
  if (!hasToken(headers.get('upgrade'), 'websocket')) return upgradeRequired()
  if (headers.get('sec-websocket-version')?.trim() !== '13') return upgradeRequired()
  if (!/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key)) return refused(400, 'Bad Request')
  const offered = headers.get('sec-websocket-extensions')
  const extensions = offered === null ? [] : parseExtensions(offered)
  const protocols = protocolsOf(headers.get('sec-websocket-protocol'))
  if (extensions === null || protocols === null) return refused(400, 'Bad Request')
  const { isOriginAllowed = () => true, compression = null } = rules
  if (!isOriginAllowed(headers.get('origin'), request)) return refused(403, 'Forbidden')
  const protocol = rules.protocols?.find((each) => protocols.includes(each)) ?? ''
  const agreement = compression === null ? null : agree(extensions, compression)
  return { kind: 'accepted', response: switching(key, protocol, agreement), protocol, agreement }
}

function switching(key: string, protocol: string, agreement: Agreement | null): HandshakeResponse {
  return {
    status: 101,
    reason: 'Switching Protocols',
    headers: [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', acceptKey(key)],
      ...(protocol === '' ? [] : [['Sec-WebSocket-Protocol', protocol] as const]),
      ...(agreement === null ? [] : [['Sec-WebSocket-Extensions', agreement.header] as const]),
    ],
  }
}

function upgradeRequired(): HandshakeVerdict {
  return refused(426, 'Upgrade Required', [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade, close'],
    ['Sec-WebSocket-Version', '13'],
  ])
}

function refused(
  status: number,
  reason: string,
  headers: HandshakeResponse['headers'] = [],
): HandshakeVerdict {
  const ending = headers.some(([name]) => name === 'Connection') ? [] : [['Connection', 'close'] as const]
  return {
    kind: 'refused',
    response: { status, reason, headers: [...headers, ...ending, ['Content-Length', '0']] },
  }
}

function hasToken(header: string | null, wanted: string): boolean {
  return (header ?? '').split(',').some((each) => each.trim().toLowerCase() === wanted)
}

/** The subprotocols that a client asks for: tokens, each once (section 4.1); null when they are not. */
function protocolsOf(header: string | null): readonly string[] | null {
  if (header === null) return []
  const names = header.split(',').map((each) => each.trim())
  const isWrong = names.some((name) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))
  return isWrong || new Set(names).size < names.length ? null : names
}

/** What a client asks for. */
export interface HandshakeQuestion {
  /** Of 16 random bytes, in base64. */
  readonly key: string
  readonly host: string
  /** A path, with its query if there is one. */
  readonly path: string
  readonly protocols: readonly string[]
  readonly compression: Compression | null
  /** More header fields, as Origin. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** The header fields of a client's request (section 4.1). */
export function questionFields(question: HandshakeQuestion): readonly (readonly [string, string])[] {
  const { key, host, protocols, compression, headers } = question
  return [
    ['Host', host],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
    ...(protocols.length === 0 ? [] : [['Sec-WebSocket-Protocol', protocols.join(', ')] as const]),
    ...(compression === null ? [] : [['Sec-WebSocket-Extensions', offerOf(compression)] as const]),
    ...headers,
  ]
}

/** What a client makes of the answer: what was agreed on, or what is wrong with it (section 4.1). */
export type AnswerVerdict =
  | { readonly kind: 'open'; readonly protocol: string; readonly agreement: Agreement | null }
  | { readonly kind: 'refused'; readonly problem: string }

/** Whether a server's answer opens the connection. */
export function judgeAnswer(
  status: number,
  headers: HandshakeRequest['headers'],
  question: HandshakeQuestion,
): AnswerVerdict {
  const wrong = (problem: string): AnswerVerdict => ({ kind: 'refused', problem })
  if (status !== 101) return wrong(`got the status ${status}, wanted 101`)
  if (
    headers.get('upgrade')?.trim().toLowerCase() !== 'websocket' ||
    !hasToken(headers.get('connection'), 'upgrade')
  )
    return wrong('got no upgrade to websocket, wanted one')
  if (headers.get('sec-websocket-accept')?.trim() !== acceptKey(question.key))
    return wrong('got another Sec-WebSocket-Accept, wanted that of the key')
  const protocol = headers.get('sec-websocket-protocol')?.trim() ?? ''
  if (protocol !== '' && !question.protocols.includes(protocol))
    return wrong('got a subprotocol that was not asked for, wanted one of those or none')
  const extensions = headers.get('sec-websocket-extensions')
  if (extensions === null) return { kind: 'open', protocol, agreement: null }
  const agreement = question.compression === null ? null : readAnswer(extensions, question.compression)
  if (agreement === null) return wrong('got extensions that were not asked for, wanted those or none')
  return { kind: 'open', protocol, agreement }
}
