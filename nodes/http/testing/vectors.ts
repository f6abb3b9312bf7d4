// Reads the test vectors of llhttp: what a parser is given, what it has to find, and how lenient it is to be.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Leniency } from '../codec-options.ts'

/** A message as far as it was found. Values have no space around them, and one space where there was more. */
export interface FoundMessage {
  start: string
  fields: string
  body: string
  trailers: string
  isEnded: boolean
}

/** What came of a stream: it can go on, it was refused, it speaks something else. */
export type Verdict = 'goes-on' | 'refused' | 'switched'

/** One vector. */
export interface Vector {
  readonly name: string
  readonly kind: 'request' | 'response' | 'target'
  readonly leniency: Leniency
  readonly skipsBody: boolean
  readonly input: Uint8Array
  /** Whether the stream ends after the input: then the verdict is on that too. */
  readonly isFinished: boolean
  readonly verdict: Verdict
  readonly messages: readonly FoundMessage[]
  /** Of a target: its parts as `name=text`. */
  readonly parts: readonly string[]
}

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Where the vectors are, or null. */
export function vectorsFolder(): string | null {
  const folder = join(process.env['CONFORMANCE_DIR'] ?? join(root, '../shared/data'), 'llhttp')
  return existsSync(folder) ? folder : null
}

/** All vectors. */
export function readVectors(folder: string): readonly Vector[] {
  const files = ['request', 'response'].flatMap((kind) =>
    readdirSync(join(folder, kind)).map((file) => `${kind}/${file}`),
  )
  return ['url.md', ...files].flatMap((file) => readFile(readFileSync(join(folder, file), 'utf8'), file))
}

function readFile(text: string, file: string): readonly Vector[] {
  const found: Vector[] = []
  let title = ''
  let meta: { readonly type?: string; readonly skipBody?: boolean } = {}
  let input = ''
  let isTarget = false
  const pieces = /^#+ (.*)$|<!-- meta=(.*?) -->|^```(\w+)\n([\s\S]*?)^```/gm
  for (const [, heading, metaText, block, content = ''] of text.matchAll(pieces)) {
    if (heading !== undefined) title = heading
    else if (metaText !== undefined) meta = JSON.parse(metaText) as typeof meta
    else if (block === 'log') {
      const [kind = 'request', ...modes] = (isTarget ? 'target' : (meta.type ?? 'request')).split('-')
      found.push({
        name: `${file}: ${title}`,
        kind: kind as Vector['kind'],
        leniency: leniencyOf(modes.join('-')),
        skipsBody: meta.skipBody === true,
        input: new TextEncoder().encode(isTarget ? `GET ${input} HTTP/1.1\r\n\r\n` : input),
        isFinished: modes.includes('finish'),
        ...expectations(content),
      })
    } else {
      isTarget = block === 'url'
      input = unescaped(content)
    }
  }
  return found
}

/** As the vectors are written: lines end with CR LF, a backslash at the end of one joins it to the next. */
function unescaped(text: string): string {
  return text
    .replace(/\n$/, '')
    .replace(/\\(?:\r\n|\r|\n)/g, '')
    .replace(/\r\n|\r|\n/g, '\r\n')
    .replaceAll(String.raw`\r`, '\r')
    .replaceAll(String.raw`\n`, '\n')
    .replaceAll(String.raw`\t`, '\t')
    .replaceAll(String.raw`\f`, '\f')
    .replace(/\\x([0-9a-fA-F]+)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

function leniencyOf(mode: string): Leniency {
  // Of no mode, as llhttp takes a request without a version everywhere.
  const base = { simpleRequest: true }
  switch (mode) {
    case '':
    case 'finish':
      return base
    case 'lenient-headers':
      return { ...base, headers: true }
    case 'lenient-header-value-relaxed':
      return { ...base, controlsInValues: true }
    case 'lenient-keep-alive':
      return { ...base, keepAlive: true }
    case 'lenient-data-after-close':
      return { ...base, dataAfterClose: true }
    case 'lenient-chunked-length':
      return { ...base, chunkedLength: true }
    case 'lenient-transfer-encoding':
      return { ...base, transferEncoding: true }
    case 'lenient-version':
      return { ...base, version: true }
    case 'lenient-optional-lf-after-cr':
      return { ...base, bareCarriageReturn: true }
    case 'lenient-optional-cr-before-lf':
      return { ...base, bareLineFeed: true }
    case 'lenient-optional-crlf-after-chunk':
      return { ...base, chunkWithoutLineEnd: true }
    case 'lenient-spaces-after-chunk-size':
      return { ...base, spaceAfterChunkSize: true }
    case 'lenient-all':
      return {
        ...base,
        headers: true,
        keepAlive: true,
        dataAfterClose: true,
        chunkedLength: true,
        transferEncoding: true,
        version: true,
        bareCarriageReturn: true,
        bareLineFeed: true,
        chunkWithoutLineEnd: true,
        spaceAfterChunkSize: true,
      }
    default:
      throw new Error(`got the mode ${mode}, wanted one that this reader knows`)
  }
}

/** Folds a log of llhttp's callbacks. */
function expectations(log: string): Pick<Vector, 'verdict' | 'messages' | 'parts'> {
  const messages: FoundMessage[] = []
  const parts: string[] = []
  let verdict: Verdict = 'goes-on'
  let draft = new Draft()
  for (const line of log.trim().split('\n')) {
    const [, place = '', what = ''] = /^off=(\S+) (.*)$/.exec(line) ?? []
    const [, name, quoted = ''] = /^len=\d+ span\[([\w.]+)\]=(.*)$/.exec(what) ?? []
    if (name?.startsWith('url.') === true) parts.push(`${name.slice(4)}=${quoted.slice(1, -1)}`)
    else if (/^len=\d+ span/.test(line))
      parts.push(line.replace(/^len=\d+ span\[url\.(\w+)\]="(.*)"$/, '$1=$2'))
    else if (name !== undefined) draft.span(name, spanText(quoted))
    else if (what === 'message begin') draft = new Draft()
    else if (what.startsWith('headers complete')) messages.push(draft.begin())
    else if (what === 'message complete') draft.message.isEnded = true
    else if (what.startsWith('error code=22')) verdict = 'switched'
    else if (what.startsWith('error')) {
      verdict = 'refused'
      // Told after the callback of a head by which nobody can tell where the body ends: there is no such message.
      if (what.includes('Request has invalid `Transfer-Encoding`')) messages.pop()
    } else if (place === 'NULL' && what === 'finish=2') verdict = 'refused'
    else if (place === 'NULL' && what === 'finish=1') draft.message.isEnded = true
  }
  return { verdict, messages, parts }
}

class Draft {
  readonly message: FoundMessage = { start: '', fields: '', body: '', trailers: '', isEnded: false }
  readonly #start = new Map<string, string>()
  #fields: [name: string, value: string | null][] = []
  #isBegun = false

  span(name: string, text: string): void {
    if (name === 'body') this.message.body += text
    else if (name === 'header_field') this.#fields.push([text, null])
    else if (name === 'header_value') this.#value(text)
    else if (!name.startsWith('chunk')) this.#start.set(name, text)
    if (this.#isBegun) this.message.trailers = fieldsText(this.#fields)
  }

  begin(): FoundMessage {
    this.message.start = startText(this.#start)
    this.message.fields = fieldsText(this.#fields)
    this.#fields = []
    this.#isBegun = true
    return this.message
  }

  #value(text: string): void {
    const last = this.#fields.at(-1)
    if (last !== undefined) last[1] = last[1] === null ? text : `${last[1]} ${text}`
  }
}

function startText(parts: ReadonlyMap<string, string>): string {
  const { method, url, version, status } = Object.fromEntries(parts)
  return method === undefined ? `${version} ${status ?? ''}` : `${method} ${url} ${version ?? '0.9'}`
}

function spanText(quoted: string): string {
  if (quoted === 'cr') return '\r'
  if (quoted === 'lf') return '\n'
  const text = quoted
    .slice(1, -1)
    .replaceAll(String.raw`\t`, '\t')
    .replaceAll(String.raw`\f`, '\f')
  return Buffer.from(text).toString('latin1')
}

/** Fields as one text, in which only what they mean counts. */
export function fieldsText(fields: Iterable<readonly [name: string, value: string | null]>): string {
  return [...fields]
    .map(([name, value]) => `${name.trim()}: ${(value ?? '').replaceAll(/[ \t]+/g, ' ').trim()}`)
    .join('\n')
}
