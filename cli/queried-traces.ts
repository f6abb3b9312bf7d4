// Traces as `faultline query` takes them: checked before anybody believes an answer, and where only a part can be believed,
// copied up to there.

import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import type { QueriedTrace } from '../reports/index.ts'
import { TraceError, TraceFile } from '../sim/index.ts'

/** A trace that can be asked. To be closed. */
export interface ReadTrace {
  readonly trace: QueriedTrace
  readonly close: () => void
}

/** Opens and checks a trace. Throws a TraceError when it is damaged, unless a part of it is enough. */
export async function openForQuery(path: string, isPartEnough: boolean): Promise<ReadTrace> {
  const file = await TraceFile.open(path, { isPartEnough })
  if (await isIntact(file, isPartEnough)) return { trace: asked(file, path), close: () => undefined }
  if (isPartEnough) return copyGoodPart(file)
  await file.demandIntact()
  return { trace: asked(file, path), close: () => undefined }
}

async function isIntact(file: TraceFile, isPartEnough: boolean): Promise<boolean> {
  try {
    return await file.isIntact()
  } catch (error) {
    // Compressed data that breaks off.
    if (isPartEnough && error instanceof TraceError) return false
    throw error
  }
}

function asked(file: TraceFile, path: string): QueriedTrace {
  const { name, header, footer, isCompressed } = file
  return { name, path: resolve(path), header, footer, isCompressed }
}

/** A copy of a trace that the engine can read: it takes no half of a surrogate pair, which stands in JSON as an escape. */
export function copyWithoutHalves({ trace }: ReadTrace): Promise<ReadTrace> {
  return TraceFile.open(trace.path).then((file) => copyGoodPart(file, trace.name))
}

async function copyGoodPart(file: TraceFile, name = file.name): Promise<ReadTrace> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-query-'))
  const close = (): void => rmSync(folder, { recursive: true, force: true })
  const path = join(folder, 'part.ndjson')
  try {
    await writeFile(path, goodLines(file))
  } catch (error) {
    close()
    throw error
  }
  return { trace: { ...asked(file, path), name, isCompressed: false }, close }
}

/** A half of a pair, which JSON.stringify escapes (whole pairs stand as they are), behind an even number of backslashes. */
const halves = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g

async function* goodLines(file: TraceFile): AsyncGenerator<string> {
  let count = 0
  try {
    for await (const { events } of file.batches()) {
      count += events.length
      yield events.map((event) => `${JSON.stringify(event).replaceAll(halves, '$1\\ufffd')}\n`).join('')
    }
  } catch (error) {
    if (!(error instanceof TraceError)) throw error
    console.error(`faultline: only the first ${count} events were asked: ${error.message}`)
  }
}
