// Reads requests (RFC 9112, section 3).

import { HttpParser, type MessageHead, type MessageKind, type ParserOptions } from './parser.ts'
import { RequestLineReader } from './request-line-reader.ts'

/** The head of a request. */
export interface RequestHead extends MessageHead {
  readonly method: string
  readonly target: string
}

/** A parser of requests. */
export type RequestParser = HttpParser<RequestLineReader, RequestHead>

/** Makes a parser of requests. `skipsBody` says of a head that no body follows, whatever it says. */
export function requestParser(
  options?: ParserOptions,
  skipsBody: (head: RequestHead) => boolean = () => false,
): RequestParser {
  const kind: MessageKind<RequestLineReader, RequestHead> = {
    startLine: (codec) => new RequestLineReader(codec),
    head: (line, headers, rules) => {
      const { method, target, version } = line
      const isConnect = method === 'CONNECT'
      const framing = rules.requestFraming()
      const head: RequestHead = {
        method,
        target,
        version,
        headers,
        // What follows CONNECT is the tunnel's (RFC 9110, section 9.3.6).
        framing: isConnect ? { kind: 'none' } : framing,
        isKeptAlive: rules.isKeptAlive(version),
        isSwitch: isConnect || rules.isUpgrade,
      }
      return skipsBody(head) ? { ...head, framing: { kind: 'none' } } : head
    },
  }
  return new HttpParser(kind, options)
}
