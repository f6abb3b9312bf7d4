// The manifest of an append-only file of Redis 7: which files it consists of, in the order in which they are loaded.
//
//   file appendonly.aof.1.base.rdb seq 1 type b      one base: everything up to a rewrite
//   file appendonly.aof.1.incr.aof seq 1 type i      increments after it, oldest first
//   file appendonly.aof.0.incr.aof seq 0 type h      what a rewrite made superfluous, to be removed

import { RedisFileError } from '../bytes/file-error.ts'
import type { ByteString } from '../../value.ts'

/** One file of an append-only file. */
export interface ManifestFile {
  readonly name: ByteString
  /** From 1 up, bases and increments each for themselves. */
  readonly sequence: number
}

/** Which files there are. */
export interface Manifest {
  readonly base: ManifestFile | null
  readonly increments: readonly ManifestFile[]
  readonly history: readonly ManifestFile[]
}

const lineMax = 1024

/** Reads a manifest. Throws a RedisFileError where a line is none, or files contradict each other. */
export function parseManifest(text: ByteString): Manifest {
  let base: ManifestFile | null = null
  const increments: ManifestFile[] = []
  const history: ManifestFile[] = []
  let offset = 0
  if (text !== '' && !text.endsWith('\n'))
    throw new RedisFileError(text.length, 'the end', 'a line that ends')
  for (const line of text.split('\n').slice(0, -1)) {
    const parsed = line === '' || line.startsWith('#') ? null : parseLine(line, offset)
    if (parsed?.type === 'b') {
      if (base !== null) throw new RedisFileError(offset, 'a second base file', 'one at most')
      base = parsed.file
    } else if (parsed?.type === 'i') {
      const last = increments.at(-1)
      if (last !== undefined && parsed.file.sequence <= last.sequence)
        throw new RedisFileError(
          offset,
          `increment ${parsed.file.sequence} after ${last.sequence}`,
          'growing ones',
        )
      increments.push(parsed.file)
    } else if (parsed !== null) history.push(parsed.file)
    offset += line.length + 1
  }
  return { base, increments, history }
}

/** Writes a manifest. */
export function formatManifest({ base, increments, history }: Manifest): ByteString {
  const line = (type: string, { name, sequence }: ManifestFile): string =>
    `file ${quoted(name)} seq ${sequence} type ${type}\n`
  return [
    ...(base === null ? [] : [line('b', base)]),
    ...history.map((file) => line('h', file)),
    ...increments.map((file) => line('i', file)),
  ].join('')
}

function parseLine(line: string, offset: number): { readonly type: string; readonly file: ManifestFile } {
  if (line.length > lineMax)
    throw new RedisFileError(offset, `a line of ${line.length} bytes`, `at most ${lineMax}`)
  const match = /^file ("(?:[^"\\]|\\.)*"|\S+) seq (\d{1,15}) type ([bih])\s*$/.exec(line)
  const [, name = '', sequence = '', type = ''] = match ?? []
  if (match === null)
    throw new RedisFileError(offset, JSON.stringify(line), 'file NAME seq NUMBER type b, i or h')
  const plain = unquoted(name)
  if (plain.includes('/') || plain === '' || plain === '..')
    throw new RedisFileError(offset, `the name ${JSON.stringify(plain)}`, 'a name without folders')
  return { type, file: { name: plain, sequence: Number(sequence) } }
}

function quoted(name: ByteString): ByteString {
  return /^[\w.+-]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
}

function unquoted(name: ByteString): ByteString {
  return name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/g, '$1') : name
}
