// Writes a trace to a file while a run goes on. Writing is synchronous on purpose: the simulation's loop is, so nothing
// asynchronous could hold it back, and memory stays at one buffer however long the run. The trace gathers under a
// temporary name and takes its own only when it is complete; what stood there before is not touched until then.

import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { gzipSync } from 'node:zlib'

import type { Event } from '../event.ts'
import type { Digest } from './digest.ts'
import { TraceEncoder } from './trace-encoder.ts'
import { TraceError } from './trace-error.ts'
import type { TraceEnd, TraceFooter, TraceHeader } from './trace-header.ts'

/** How a trace is written. */
export interface TraceWriterOptions {
  /** Replace a trace that is there. Without it, that is a TraceError. */
  readonly overwrite?: boolean
  /** The digest of the event log whose events are written as they are emitted: saves computing it again. */
  readonly liveDigest?: Digest
}

const bufferSize = 256 * 1024
const gzipBlockSize = 4 * 1024 * 1024
const partialNamesMax = 1000

/**
 * A trace being written. `write` every event in the order of the log, then `finish`; or `abandon`, which leaves nothing.
 * A path that ends in `.gz` is compressed by `finish`, block by block (a gzip file of several members, as RFC 1952
 * allows), so that no compression work is done between two events.
 */
export class TraceWriter {
  readonly path: string
  readonly #partialPath: string
  readonly #mayOverwrite: boolean
  readonly #encoder: TraceEncoder
  #fd: number
  #isOpen = true

  /** Opens the temporary file. Throws a TraceError when the trace is there already and may not be overwritten. */
  constructor(path: string, header: TraceHeader, options: TraceWriterOptions = {}) {
    this.path = path
    this.#mayOverwrite = options.overwrite ?? false
    if (!this.#mayOverwrite && existsSync(path)) throw taken(path)
    this.#encoder = new TraceEncoder(header, options.liveDigest)
    const partial = openPartial(path)
    this.#fd = partial.fd
    this.#partialPath = partial.path
  }

  /** Writes the next event. */
  write(event: Event): void {
    this.#encoder.event(event)
    if (this.#encoder.pending >= bufferSize) this.#flush()
  }

  /** Writes the footer and gives the trace its name. */
  finish(end: TraceEnd): TraceFooter {
    const footer = this.#encoder.footer(end)
    this.#flush()
    if (this.path.endsWith('.gz')) this.#compress()
    this.#close()
    this.#publish()
    return footer
  }

  /** Forgets the trace and removes the temporary file. Harmless when it is finished or abandoned. */
  abandon(): void {
    if (!this.#isOpen) return
    this.#close()
    rmSync(this.#partialPath, { force: true })
  }

  #flush(): void {
    writeAll(this.#fd, this.#encoder.take())
  }

  #compress(): void {
    const plainPath = `${this.#partialPath}.plain`
    renameSync(this.#partialPath, plainPath)
    const target = openSync(this.#partialPath, 'wx')
    try {
      gzipInto(target, this.#fd)
    } finally {
      closeSync(this.#fd)
      this.#fd = target
      rmSync(plainPath)
    }
  }

  #close(): void {
    this.#isOpen = false
    closeSync(this.#fd)
  }

  #publish(): void {
    if (this.#mayOverwrite) return renameSync(this.#partialPath, this.path)
    try {
      // Unlike a rename, a link fails when somebody else has taken the name meanwhile.
      linkSync(this.#partialPath, this.path)
    } catch (error) {
      throw isCode(error, 'EEXIST') ? taken(this.path, this.#partialPath) : error
    }
    rmSync(this.#partialPath)
  }
}

function taken(path: string, kept?: string): TraceError {
  const where = kept === undefined ? '' : ` (this trace is kept as ${kept})`
  return new TraceError(
    path,
    0,
    'a file that is there already',
    `a new name, or leave to overwrite it${where}`,
  )
}

function openPartial(path: string): { readonly fd: number; readonly path: string } {
  for (let number = 1; number <= partialNamesMax; number++) {
    const partialPath = `${path}.partial-${process.pid}-${number}`
    try {
      return { fd: openSync(partialPath, 'wx+'), path: partialPath }
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw unopened(path, error)
    }
  }
  throw new TraceError(path, 0, `${partialNamesMax} unfinished traces beside it`, 'room for one more')
}

function unopened(path: string, error: unknown): TraceError {
  const reason = error instanceof Error ? error.message : String(error)
  return new TraceError(path, 0, reason, 'a file that can be written')
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done)
}

function gzipInto(target: number, source: number): void {
  const size = fstatSync(source).size
  const block = new Uint8Array(Math.min(gzipBlockSize, size))
  for (let place = 0; place < size;) {
    const count = readSync(source, block, 0, block.length, place)
    writeAll(target, gzipSync(block.subarray(0, count)))
    place += count
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
