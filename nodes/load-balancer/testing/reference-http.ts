// A second reading of HTTP/1.1, on whole texts of Latin-1 and written apart from nodes/http: strict, slow and short. What two
// readings find in the same bytes must be the same, or somebody could hide a message from one of them.

/** A message as it was read. */
export interface ReadMessage {
  /** Method, target and version of a request; version, status and reason of a response. */
  readonly start: readonly [string, string, string]
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly trailers: readonly (readonly [name: string, value: string])[]
}

/** Messages one after the other, and the place of what is none, or not all of one. */
export interface ReadStream {
  readonly messages: readonly ReadMessage[]
  readonly place: number
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const fieldLines = `((?:${token}:[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n)*)\\r\\n`
const requestHead = new RegExp(
  `(?:\\r\\n)*(${token}) ([\\x21-\\x7e]+) HTTP/(1\\.[0-9])\\r\\n${fieldLines}`,
  'y',
)
const responseHead = new RegExp(
  `HTTP/(1\\.[0-9]) ([1-9][0-9]{2})(?: ([\\t\\x20-\\x7e\\x80-\\xff]*))?\\r\\n${fieldLines}`,
  'y',
)
const chunkHead = /([0-9A-Fa-f]{1,12})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n/y
const trailerPart = new RegExp(fieldLines, 'y')

/** The requests at the beginning of a stream, up to one after which the connection ends. */
export function readRequests(text: string): ReadStream {
  const messages: ReadMessage[] = []
  for (let place = 0; ;) {
    const read = readRequest(text, place)
    if (read === null) return { messages, place }
    messages.push(read.message)
    place = read.end
    if (isLast(read.message, read.message.start[2])) return { messages, place }
  }
}

/**
 * The responses to requests of these methods, interim ones besides; `isEnded`: the stream has ended, which ends a body of which
 * nothing tells the length.
 */
export function readResponses(text: string, methods: readonly string[], isEnded: boolean): ReadStream {
  const messages: ReadMessage[] = []
  let finals = 0
  for (let place = 0; ;) {
    const read = readResponse(text, place, methods[finals] ?? 'GET', isEnded)
    if (read === null) return { messages, place }
    messages.push(read.message)
    place = read.end
    if (Number(read.message.start[1]) >= 200) finals++
  }
}

/** The value of a field, of several joined; null where there is none. */
export function fieldOf(fields: ReadMessage['fields'], name: string): string | null {
  const values = fields.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
  return values.length === 0 ? null : values.join(', ')
}

/** The members of a list, in lower case. */
export function membersOf(list: string | null): readonly string[] {
  return list?.split(',').map((each) => each.trim().toLowerCase()) ?? []
}

type Read = { readonly message: ReadMessage; readonly end: number } | null

function readRequest(text: string, place: number): Read {
  const head = matched(requestHead, text, place)
  if (head === null) return null
  const [whole, method = '', target = '', said = '', lines = ''] = head
  const version = knownVersion(said)
  const fields = fieldsOf(lines)
  const start = [method, target, version] as const
  const hosts = fields.filter(([name]) => name.toLowerCase() === 'host').length
  if (hosts > 1 || (hosts === 0 && version === '1.1') || method === 'CONNECT') return null
  return withBody(text, { start, fields, place: place + whole.length, none: true, isEnded: false })
}

function readResponse(text: string, place: number, method: string, isEnded: boolean): Read {
  const head = matched(responseHead, text, place)
  if (head === null) return null
  const [whole, said = '', status = '', reason = '', lines = ''] = head
  const version = knownVersion(said)
  const fields = fieldsOf(lines)
  const start = [version, status, reason] as const
  const end = place + whole.length
  // Nobody asked for another protocol.
  if (status === '101' || !isTold(fields)) return null
  if (method === 'HEAD' || Number(status) < 200 || status === '204' || status === '304')
    return { message: { start, fields, body: '', trailers: [] }, end }
  return withBody(text, { start, fields, place: end, none: false, isEnded })
}

/** RFC 9112, section 6.3; `none`: without a length there is no body. */
function withBody(
  text: string,
  {
    start,
    fields,
    place,
    none,
    isEnded,
  }: Pick<ReadMessage, 'start' | 'fields'> & {
    readonly place: number
    readonly none: boolean
    readonly isEnded: boolean
  },
): Read {
  const coding = fieldOf(fields, 'transfer-encoding')
  const length = fieldOf(fields, 'content-length')
  if (coding !== null) {
    const isFaulty = !isTold(fields) || coding.toLowerCase() !== 'chunked' || start.includes('1.0')
    const chunked = isFaulty ? null : readChunks(text, place)
    if (chunked === null) return null
    const { body, trailers, end } = chunked
    return { message: { start, fields, body, trailers }, end }
  }
  if (!isTold(fields)) return null
  if (length === null && !none && !isEnded) return null
  const end = length === null ? (none ? place : text.length) : place + Number(length)
  if (end > text.length) return null
  return { message: { start, fields, body: text.slice(place, end), trailers: [] }, end }
}

/** Whether fields tell a length in one way at most. */
function isTold(fields: ReadMessage['fields']): boolean {
  const length = fieldOf(fields, 'content-length')
  return length === null || (/^[0-9]+$/.test(length) && fieldOf(fields, 'transfer-encoding') === null)
}

function readChunks(
  text: string,
  from: number,
): (Pick<ReadMessage, 'body' | 'trailers'> & { readonly end: number }) | null {
  let body = ''
  for (let place = from; ;) {
    const head = matched(chunkHead, text, place)
    if (head === null) return null
    const size = Number.parseInt(head[1] ?? '', 16)
    place += head[0].length
    if (size === 0) {
      const last = matched(trailerPart, text, place)
      // What would change how the message is read comes too late (RFC 9110, section 6.5.1).
      if (last === null || /^(?:content-length|transfer-encoding):/im.test(last[1] ?? '')) return null
      return { body, trailers: fieldsOf(last[1] ?? ''), end: place + last[0].length }
    }
    body += text.slice(place, place + size)
    place += size
    if (text.slice(place, place + 2) !== '\r\n') return null
    place += 2
  }
}

function fieldsOf(lines: string): ReadMessage['fields'] {
  return lines
    .split('\r\n')
    .slice(0, -1)
    .map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).replaceAll(/^[ \t]+|[ \t]+$/g, '')] as const
    })
}

/** A higher minor version says what the highest known one does (RFC 9110, section 2.5). */
function knownVersion(version: string): string {
  return version === '1.0' ? version : '1.1'
}

/** Whether nothing follows on the connection (RFC 9112, section 9.3). */
export function isLast({ fields }: ReadMessage, version: string): boolean {
  const connection = membersOf(fieldOf(fields, 'connection'))
  return connection.includes('close') || (version === '1.0' && !connection.includes('keep-alive'))
}

function matched(pattern: RegExp, text: string, place: number): RegExpExecArray | null {
  pattern.lastIndex = place
  return pattern.exec(text)
}
