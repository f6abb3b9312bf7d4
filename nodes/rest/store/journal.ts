// A file of records that survives crashes: what was appended and synced is read again, and of what was not at most the end is
// missing. One line holds what was appended at once: its checksum, a space, the records as a JSON array. So a write that a
// crash left in part, of which any sectors may be missing, is one bad line, and the last one.

import { crc32 } from 'node:zlib'

import type { Data, Disk, File } from '../../../sim/index.ts'

/** Something in the file that a crash does not leave behind: it was whole once and has been damaged since. */
export class JournalError extends Error {
  constructor(path: string, line: number, got: string) {
    super(`${path}, line ${line}: got ${got}, wanted records with their checksum`)
    this.name = 'JournalError'
  }
}

/** A journal, and what stood in it when it was opened. */
export interface OpenedJournal {
  readonly journal: Journal
  readonly records: readonly Data[]
}

/** Opens a journal, creating it and its directory where they are missing. Rejects with a JournalError, and as the disk does. */
export async function openJournal(disk: Disk, directory: string): Promise<OpenedJournal> {
  await disk.makeDirectory(directory)
  await disk.syncDirectory('/')
  const journal = new Journal(disk, directory)
  return { journal, records: await journal.open() }
}

/** An open journal. Its methods are called one after the other. */
export class Journal {
  readonly #disk: Disk
  readonly #directory: string
  #file: File | null = null

  constructor(disk: Disk, directory: string) {
    this.#disk = disk
    this.#directory = directory
  }

  get #path(): string {
    return `${this.#directory}/journal`
  }

  async open(): Promise<readonly Data[]> {
    const path = this.#path
    const file = await this.#disk.open(path, { create: true, sync: true })
    await this.#disk.syncDirectory(this.#directory)
    const { records, end } = readRecords(path, await readWhole(file))
    // What a crash left of a write that was not synced: the next record must not stand behind it.
    if (end < (await file.size())) await file.truncate(end)
    this.#file = file
    return records
  }

  /**
   * Appends records, which are values of JSON; resolves once they are certain. When it rejects it is unknown what the file holds, and nothing more may be
   * appended before `replace`.
   */
  async append(records: readonly unknown[]): Promise<void> {
    if (this.#file === null) throw new Error('the journal is broken: replace it')
    await this.#file.append(encode(records))
  }

  /** Puts a new file in place of the old one, whole: a crash leaves either. After it has resolved it can be appended to again. */
  async replace(records: readonly unknown[]): Promise<void> {
    const temporary = `${this.#path}.new`
    const old = this.#file
    this.#file = null
    await old?.close()
    const file = await this.#disk.open(temporary, { create: true, truncate: true, sync: true })
    if (records.length > 0) await file.append(encode(records))
    await file.sync()
    await file.close()
    await this.#disk.rename(temporary, this.#path)
    await this.#disk.syncDirectory(this.#directory)
    this.#file = await this.#disk.open(this.#path, { sync: true })
  }
}

function encode(records: readonly unknown[]): Uint8Array {
  const text = JSON.stringify(records)
  return new TextEncoder().encode(`${checksum(text)} ${text}\n`)
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}

/** The records of the good lines from the start, and where they end. A bad line before a good one is damage. */
function readRecords(
  path: string,
  bytes: Uint8Array,
): { readonly records: readonly Data[]; readonly end: number } {
  const records: Data[] = []
  let end = 0
  let bad: number | null = null
  const lines = linesOf(bytes)
  for (const [at, { text, next }] of lines.entries()) {
    const batch = readBatch(text)
    if (batch === null) bad ??= at + 1
    else if (bad !== null) throw new JournalError(path, bad, 'a bad line before a good one')
    else {
      for (const record of batch) records.push(record)
      end = next
    }
  }
  return { records, end }
}

function linesOf(bytes: Uint8Array): readonly { readonly text: string; readonly next: number }[] {
  const lines: { readonly text: string; readonly next: number }[] = []
  const decoder = new TextDecoder()
  for (let start = 0, stop = bytes.indexOf(10); stop >= 0; start = stop + 1, stop = bytes.indexOf(10, start))
    lines.push({ text: decoder.decode(bytes.subarray(start, stop)), next: stop + 1 })
  return lines
}

function readBatch(line: string): readonly Data[] | null {
  const text = line.slice(9)
  return line.slice(0, 9) === `${checksum(text)} ` ? (JSON.parse(text) as readonly Data[]) : null
}

async function readWhole(file: File): Promise<Uint8Array> {
  const content = new Uint8Array(await file.size())
  for (let at = 0; at < content.length;) {
    const part = await file.read(at, content.length - at)
    // The file has become shorter meanwhile: what there is ends here.
    if (part.length === 0) return content.subarray(0, at)
    content.set(part, at)
    at += part.length
  }
  return content
}
