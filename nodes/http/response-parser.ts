// Reads responses (RFC 9112, section 4). Where their bodies end depends on the requests that they answer.

import { HttpParser, type MessageHead, type MessageKind, type ParserOptions } from './parser.ts'
import { StatusLineReader } from './status-line-reader.ts'

/** The head of a response. */
export interface ResponseHead extends MessageHead {
  readonly status: number
  readonly reason: string
}

/** A parser of responses. */
export type ResponseParser = HttpParser<StatusLineReader, ResponseHead>

/**
 * Makes a parser of responses. `skipsBody` says of a head that no body follows although it looks so: of the answer to HEAD
 * (RFC 9110, section 9.3.2).
 */
export function responseParser(
  options?: ParserOptions,
  skipsBody: (head: ResponseHead) => boolean = () => false,
): ResponseParser {
  const kind: MessageKind<StatusLineReader, ResponseHead> = {
    startLine: (codec) => new StatusLineReader(codec),
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
