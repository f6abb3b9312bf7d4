// `faultline replay` of what `faultline serve --record` has kept: the program in a simulation, given what it received.

import { Buffer } from 'node:buffer'
import { closeSync, openSync, readSync } from 'node:fs'

import { findComponent } from './components.ts'
import type { Output } from './output.ts'
import { type Exchange, isExchangeText, readExchanges, replayExchanges, saidIn } from '../sim/index.ts'

const headMax = 64

/** Whether a file is such a recording; of one that cannot be read, whoever reads it says why. */
export function isRecording(path: string): boolean {
  try {
    const fd = openSync(path, 'r')
    const head = Buffer.alloc(headMax)
    readSync(fd, head, 0, headMax, 0)
    closeSync(fd)
    return isExchangeText(head.toString('latin1'))
  } catch {
    return false
  }
}

/** Replays a recording and compares what the program says byte by byte. Resolves to the exit code. */
export async function replayRecording(path: string, output: Output): Promise<number> {
  const recorded = readExchanges(path)
  const { program } = await findComponent(recorded.program)
  const { exchanges, name, seed, parameters } = recorded
  const said = await replayExchanges(program, exchanges, { name, seed, parameters })
  let different = 0
  for (const [index, exchange] of exchanges.entries()) {
    const now = said[index] ?? new Uint8Array(0)
    const differsAt = differenceOf(exchange, now)
    const bytes = saidIn(exchange).length
    output.json({ exchange: index + 1, port: exchange.port, bytes, bytesNow: now.length, differsAt })
    if (differsAt === null) continue
    different++
    output.text(
      `${output.palette.bad('different')}  exchange ${index + 1} (port ${exchange.port}): ${bytes} bytes said then, ${now.length} now, which part at byte ${differsAt}`,
    )
  }
  const { length } = exchanges
  const all = `${length === 1 ? '1 exchange' : `${length} exchanges`} of ${recorded.program}`
  output.text(
    different === 0
      ? `${output.palette.good('the same')}  ${all}, byte for byte`
      : `${different} of ${all} went another way`,
  )
  return different === 0 ? 0 : 1
}

/** Where what is said now parts from what was said; null where it does not. */
function differenceOf(exchange: Exchange, now: Uint8Array): number | null {
  const then = saidIn(exchange)
  const length = exchange.isCut === true ? then.length : Math.max(then.length, now.length)
  for (let at = 0; at < length; at++) if (then[at] !== now[at]) return at
  return null
}
