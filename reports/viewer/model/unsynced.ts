// Which files of a node were changed and not synced since, at any event: what a crash would leave to chance.

import { wordText } from './plain.ts'
import type { Run } from './run.ts'

/** A file with a change that is not certain. */
export interface UnsyncedFile {
  readonly path: string
  /** `written`: its content. `renamed`, `removed`: its entry in the directory that holds it. */
  readonly change: 'written' | 'renamed' | 'removed'
  /** The event with which it changed last. */
  readonly seq: number
}

interface Span extends UnsyncedFile {
  /** The event with which it became certain or was lost. */
  until: number
}

/** The operations that change what a file holds. */
export const writes: ReadonlySet<string> = new Set(['write', 'append', 'truncate'])
const changes: ReadonlySet<string> = new Set([
  ...writes,
  'open',
  'sync',
  'sync-directory',
  'unlink',
  'rename',
])

/** Takes a node's disk events in their order, and then answers what was not synced after any of them. */
export class UnsyncedFiles {
  readonly #run: Run
  readonly #spans: Span[] = []
  /** What is not certain at the event taken last, by path: contents, and directory entries. */
  readonly #contents = new Map<string, Span>()
  readonly #entries = new Map<string, Span>()
  /** Files that were opened so that each change is certain once it is answered. */
  readonly #syncing = new Set<string>()

  constructor(run: Run) {
    this.#run = run
  }

  /** The next `disk-request`, `disk-result`, `disk-crash` or `start` of the node. */
  take(seq: number): void {
    const kind = this.#run.kindName(seq)
    // Most operations of a disk change nothing: their text need not be read.
    if (kind.startsWith('disk-re') && !changes.has(this.#run.wordOf(seq))) return
    const own = this.#run.own(seq)
    const path = wordText(own['path'])
    switch (kind) {
      case 'start':
        this.#syncing.clear()
        for (const changed of [this.#contents, this.#entries])
          for (const known of changed.keys()) this.#end(changed, known, seq)
        return
      case 'disk-request':
        if (writes.has(wordText(own['operation']))) this.#begin(this.#contents, path, 'written', seq)
        else if (own['operation'] === 'open') this.#open(path, wordText(own['flags']))
        return
      case 'disk-result':
        if (own['error'] === undefined) this.#takeResult(wordText(own['operation']), path, seq)
        return
      case 'disk-crash':
        this.#end(this.#contents, path, seq)
        this.#endEntriesOf(path, seq, seq)
    }
  }

  /** What was not certain after an event, in the order of the changes. */
  at(seq: number): readonly UnsyncedFile[] {
    return this.#spans
      .filter((span) => span.seq <= seq && span.until > seq)
      .map(({ path, change, seq }) => ({ path, change, seq }))
  }

  #takeResult(operation: string, path: string, seq: number): void {
    const asked = this.#run.cause[seq] || seq
    switch (writes.has(operation) && this.#syncing.has(path) ? 'sync' : operation) {
      case 'sync': {
        // What was written after the sync was asked for may not be on disk.
        const written = this.#contents.get(path)
        if (written !== undefined && written.seq <= asked) this.#end(this.#contents, path, seq)
        return
      }
      case 'sync-directory':
        return this.#endEntriesOf(path, asked, seq)
      case 'unlink':
        this.#end(this.#contents, path, seq)
        return this.#begin(this.#entries, path, 'removed', seq)
      case 'rename': {
        const target = wordText(this.#run.own(asked)['target'])
        this.#end(this.#contents, target, seq)
        if (this.#end(this.#contents, path, seq)) this.#begin(this.#contents, target, 'written', seq)
        this.#begin(this.#entries, target, 'renamed', seq)
      }
    }
  }

  #open(path: string, flags: string): void {
    if (flags.split(',').includes('sync')) this.#syncing.add(path)
    else this.#syncing.delete(path)
  }

  #begin(changed: Map<string, Span>, path: string, change: Span['change'], seq: number): void {
    this.#end(changed, path, seq)
    const span = { path, change, seq, until: Infinity }
    changed.set(path, span)
    this.#spans.push(span)
  }

  #end(changed: Map<string, Span>, path: string, seq: number): boolean {
    const span = changed.get(path)
    if (span !== undefined) span.until = seq
    return changed.delete(path)
  }

  /** The entries of a directory that were changed before an event. */
  #endEntriesOf(directory: string, before: number, seq: number): void {
    for (const [path, span] of this.#entries)
      if (span.seq < before && directoryOf(path) === directory) this.#end(this.#entries, path, seq)
  }
}

/** The directory that holds a file. */
export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}
