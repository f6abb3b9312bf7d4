// What `faultline serve --record` keeps: the exchanges of the node, and the seed by which its program draws.

import { randomInt } from 'node:crypto'

import { newFile } from './new-file.ts'
import { ExchangeFile, type RealNodeOptions, type RecordedNode } from '../sim/index.ts'

/** A recording that is being made. */
export interface Recording {
  /** What the node is to be made with. */
  readonly options: Pick<RealNodeOptions, 'seed' | 'onExchange'>
  readonly close: () => void
}

/** Begins a recording where a file is named for it. Throws a UsageError when it is there already or cannot be made. */
export function recordingOf(
  path: string | undefined,
  node: Omit<RecordedNode, 'seed'>,
  onCut: (why: string) => void,
): Recording | null {
  if (path === undefined) return null
  const seed = randomInt(2 ** 32)
  const file = newFile('--record', path, () => new ExchangeFile(path, { ...node, seed }, onCut))
  return {
    options: {
      seed,
      onExchange: (exchange) => {
        file.add(exchange)
      },
    },
    close: () => {
      file.close()
    },
  }
}
