// What `faultline http` asks for: a request, made of the words of a command line.

import { readFileSync } from 'node:fs'

import { wrongValue } from './arguments.ts'
import { UsageError } from './usage-error.ts'
import { Fields, type HttpClientRequest } from '../nodes/http/index.ts'

/** The options that make a request. */
export interface RequestWords {
  readonly header: readonly (readonly [name: string, value: string])[]
  readonly data?: string
}

/** Where a request goes, as peers of a node are named: `host:port`. */
export function askedAddress({ url }: HttpClientRequest): string {
  const { hostname, port } = new URL(url)
  return `${hostname.replace(/^\[(.*)\]$/, '$1')}:${port === '' ? 80 : port}`
}

/** What one asks for, as it was typed: method, URL, and the words of `--header` and `--data`. Throws what is wrong with them. */
export async function requestOf(
  method: string,
  url: string,
  { header, data }: RequestWords,
): Promise<HttpClientRequest> {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/.test(method))
    throw wrongValue('method', method, 'a word such as GET')
  const target = targetOf(url)
  const headers = new Fields(header)
  const expectsContinue = headers.has('expect')
  if (target.authorization !== null && !headers.has('authorization'))
    headers.append('Authorization', target.authorization)
  const body = data === undefined ? {} : { body: await bodyOf(data) }
  return { method: methodOf(method), url: target.url, headers, expectsContinue, ...body }
}

const knownMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

/** Methods are case-sensitive (RFC 9110, section 9.1), and nobody means another one by `get`. */
function methodOf(method: string): string {
  const upper = method.toUpperCase()
  return knownMethods.includes(upper) ? upper : method
}

/** A URL as it is typed: without a scheme it is of HTTP, and a user in it is for the header (RFC 7617). */
function targetOf(text: string): { readonly url: string; readonly authorization: string | null } {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (/^https:/i.test(whole))
    throw wrongValue(
      'url',
      withoutUser(text),
      'http://: there is no TLS here, and a proxy that has it will do',
    )
  if (!URL.canParse(whole) || new URL(whole).protocol !== 'http:')
    throw wrongValue('url', withoutUser(text), 'http://HOST[:PORT]/PATH')
  const url = new URL(whole)
  const { username, password } = url
  if (username === '' && password === '') return { url: whole, authorization: null }
  url.username = ''
  url.password = ''
  return {
    url: url.href,
    authorization: `Basic ${Buffer.from(userOf(username, password)).toString('base64')}`,
  }
}

function userOf(username: string, password: string): string {
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  } catch {
    throw wrongValue('url', 'a user with a bad percent-encoding', 'http://USER:PASSWORD@HOST[:PORT]/PATH')
  }
}

/** Passwords do not belong into messages. */
function withoutUser(text: string): string {
  return text.replace(/^([^/]*\/\/)[^/@]*@/, '$1…@')
}

async function bodyOf(data: string): Promise<Uint8Array | string> {
  if (!data.startsWith('@')) return data
  try {
    return data === '@-' ? await standardInput() : readFileSync(data.slice(1))
  } catch (error) {
    throw new UsageError(
      `--data ${data}: got ${error instanceof Error ? error.message : String(error)}, wanted a file to read`,
    )
  }
}

/**
 * As a stream: the thread that loads modules has made a pipe there non-blocking (Node 20), and to read it at once would fail with
 * EAGAIN whenever who writes it is slower than we are.
 */
async function standardInput(): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of process.stdin) pieces.push(piece as Uint8Array)
  return Buffer.concat(pieces)
}

/** A field as it was typed, after those before it. Throws what is wrong with it. */
export function headerArgument(
  line: string,
  before: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? []
  if (name === undefined || value === undefined) throw wrongValue('--header', line, '"Name: value"')
  if (/^(?:content-length|transfer-encoding|connection)$/i.test(name))
    throw wrongValue('--header', line, `another field: ${name} is written by the client itself`)
  if (/^expect$/i.test(name) && !/^100-continue\s*$/i.test(value))
    throw wrongValue('--header', line, '"Expect: 100-continue", which is all that there is')
  return [...before, [name, value.trimEnd()]]
}
