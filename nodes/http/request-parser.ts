// Reads requests (RFC 9112, section 3).

import type { CodecOptions } from './codec-options.ts'
import { HttpParser, type MessageHead, type MessageKind, type ParserOptions } from './parser.ts'
import { RequestLineReader } from './request-line-reader.ts'

/** The head of a request. */
export interface RequestHead extends MessageHead {
  readonly method: string
  readonly target: string
}

/** What a request line says. */
export type RequestLine = Pick<RequestHead, 'method' | 'target' | 'version'>

/** A parser of requests. */
export type RequestParser = HttpParser<RequestLine, RequestHead>

/** Makes a parser of requests. `skipsBody` says of a head that no body follows, whatever it says. */
export function requestParser(
  options?: ParserOptions,
  skipsBody: (head: RequestHead) => boolean = () => false,
): RequestParser {
  const kind: MessageKind<RequestLine, RequestHead> = {
    startLine: (codec) => new RequestLineReader(codec),
    wholeLine,
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

/** A request line of HTTP/1.1 with a path as its target. */
function wholeLine(text: string, { dialects, versions, limits }: CodecOptions): RequestLine | null {
  const [, method, target] = /^([A-Z]{1,32}) (\/[\x21-\x7e]*) HTTP\/1\.1$/.exec(text) ?? []
  if (method === undefined || target === undefined || target.length > limits.targetMax) return null
  // What these ask for is looked at more closely.
  if (method === 'CONNECT' || method === 'PRI' || !versions.includes('1.1')) return null
  const methods = dialects.get('HTTP')
  if (methods === undefined || methods?.has(method) === false) return null
  return { method, target, version: '1.1' }
}
