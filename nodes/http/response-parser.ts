// Reads responses (RFC 9112, section 4). Where their bodies end depends on the requests that they answer.

import type { CodecOptions } from './codec-options.ts'
import { HttpParser, type MessageHead, type MessageKind, type ParserOptions } from './parser.ts'
import { StatusLineReader } from './status-line-reader.ts'

/** The head of a response. */
export interface ResponseHead extends MessageHead {
  readonly status: number
  readonly reason: string
}

/** What a status line says. */
export type StatusLine = Pick<ResponseHead, 'status' | 'reason' | 'version'>

/** A parser of responses. */
export type ResponseParser = HttpParser<StatusLine, ResponseHead>

/**
 * Makes a parser of responses. `skipsBody` says of a head that no body follows although it looks so: of the answer to HEAD
 * (RFC 9110, section 9.3.2).
 */
export function responseParser(
  options?: ParserOptions,
  skipsBody: (head: ResponseHead) => boolean = () => false,
): ResponseParser {
  const kind: MessageKind<StatusLine, ResponseHead> = {
    startLine: (codec) => new StatusLineReader(codec),
    wholeLine,
    head: (line, headers, rules) => {
      const { status, reason, version } = line
      const framing = rules.responseFraming()
      const hasNoBody = status < 200 || status === 204 || status === 304
      const head: ResponseHead = {
        status,
        reason,
        version,
        headers,
        framing: hasNoBody ? { kind: 'none' } : framing,
        isKeptAlive: rules.isKeptAlive(version),
        isSwitch: status === 101,
      }
      return skipsBody(head) ? { ...head, framing: { kind: 'none' } } : head
    },
  }
  return new HttpParser(kind, options)
}

/** A status line of HTTP/1.1. */
function wholeLine(text: string, { dialects, versions, limits }: CodecOptions): StatusLine | null {
  const [, status, reason] = /^HTTP\/1\.1 ([1-9][0-9]{2}) ([\t\x20-\x7e\x80-\xff]*)$/.exec(text) ?? []
  if (status === undefined || reason === undefined || reason.length > limits.targetMax) return null
  if (!dialects.has('HTTP') || !versions.includes('1.1')) return null
  return { status: Number(status), reason, version: '1.1' }
}
