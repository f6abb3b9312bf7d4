// Recorded exchanges as a file: a first line about the node, then one exchange a line, as JSON with bytes in base64. A node that is
// killed leaves those of connections that were over, and so does a disk that takes no more: the node goes on without.

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { Buffer } from 'node:buffer'

import type { Exchange, ExchangeStep } from './exchange.ts'
import type { DataRecord } from '../data.ts'
import type { Instant } from '../time.ts'

/** Of which node exchanges were recorded: what a replay needs, so that the program draws and decides the same. */
export interface RecordedNode {
  /** What was served: a component's name or a file. */
  readonly program: string
  readonly name: string
  readonly seed: number
  readonly parameters: DataRecord
}

/** A recording that was read: `replayExchanges(program, exchanges, { name, seed, parameters })` replays it. */
export interface RecordedExchanges extends RecordedNode {
  readonly exchanges: readonly Exchange[]
}

/** A file of exchanges that cannot be read: names the file, the line, what was got and wanted. */
export class ExchangeFileError extends Error {
  constructor(path: string, line: number, got: string, wanted: string) {
    super(`${path}:${line}: got ${got}, wanted ${wanted}`)
    this.name = 'ExchangeFileError'
  }
}

const kind = 'faultline-exchanges'

/** A file of exchanges that is being written. */
export class ExchangeFile {
  readonly #fd: number
  readonly #onCut: (why: string) => void
  #isCut = false

  /**
   * Throws Node's error when the file is there already, cannot be made or cannot be written to. `onCut` is told once, where nothing more can be
   * written: why.
   */
  constructor(path: string, node: RecordedNode, onCut: (why: string) => void = () => undefined) {
    this.#onCut = onCut
    this.#fd = openSync(path, 'wx')
    this.#append({ kind, ...node })
  }

  /** Adds an exchange that is over. */
  add({ port, order, steps, isCut }: Exchange): void {
    this.#line({ port, order, ...(isCut === true ? { isCut } : {}), steps: steps.map(packed) })
  }

  close(): void {
    closeSync(this.#fd)
  }

  #line(value: object): void {
    if (this.#isCut) return
    try {
      this.#append(value)
    } catch (error) {
      this.#isCut = true
      this.#onCut(error instanceof Error ? error.message : String(error))
    }
  }

  #append(value: object): void {
    const bytes = Buffer.from(`${JSON.stringify(value)}\n`)
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done)
  }
}

function packed(step: ExchangeStep): object {
  return 'bytes' in step ? { ...step, bytes: Buffer.from(step.bytes).toString('base64') } : step
}

/** Reads a file of exchanges as `serve --record` writes it. Throws an ExchangeFileError; a last line that is cut off is left out. */
export function readExchanges(path: string): RecordedExchanges {
  const [head = '', ...lines] = textOf(path).split('\n')
  const node = parsed(head)
  if (!isNode(node)) throw new ExchangeFileError(path, 1, shown(head), 'the first line of recorded exchanges')
  // What follows the last line feed is nothing, or what a kill has cut off.
  const exchanges = lines.slice(0, -1).map((line, index) => {
    const exchange = unpacked(parsed(line))
    if (exchange === null) throw new ExchangeFileError(path, index + 2, shown(line), 'an exchange')
    return exchange
  })
  const { program, name, seed, parameters } = node
  return { program, name, seed, parameters, exchanges }
}

/** Whether a text begins as a file of exchanges does. */
export function isExchangeText(text: string): boolean {
  return text.startsWith(`{"kind":"${kind}"`)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ExchangeFileError(
      path,
      0,
      error instanceof Error ? error.message : String(error),
      'a file to read',
    )
  }
}

function shown(line: string): string {
  return JSON.stringify(line.slice(0, 60))
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNode(value: unknown): value is RecordedNode {
  if (!isRecord(value)) return false
  const { program, name, seed, parameters } = value
  const isNamed = typeof program === 'string' && typeof name === 'string'
  return value['kind'] === kind && isNamed && Number.isSafeInteger(seed) && isRecord(parameters)
}

function unpacked(value: unknown): Exchange | null {
  if (!isRecord(value) || !Array.isArray(value['steps'])) return null
  const { port, order, isCut } = value
  if (!isCount(port) || !isCount(order)) return null
  const steps: ExchangeStep[] = []
  for (const each of value['steps'] as readonly unknown[]) {
    const step = unpackedStep(each)
    if (step === null) return null
    steps.push(step)
  }
  return { port, order, steps, ...(isCut === true ? { isCut } : {}) }
}

function unpackedStep(value: unknown): ExchangeStep | null {
  if (!isRecord(value) || !isCount(value['order'])) return null
  const { kind, order, bytes, wall } = value
  switch (kind) {
    case 'received':
    case 'sent':
      return typeof bytes === 'string' ? { kind, order, bytes: Buffer.from(bytes, 'base64') } : null
    case 'ended':
      return { kind, order }
    case 'clock':
      return typeof wall === 'number' && Number.isFinite(wall) ? { kind, order, wall: wall as Instant } : null
    default:
      return null
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
