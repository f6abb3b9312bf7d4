// Which parts of the programs a run comes to, by the engine's own block coverage. The engine has to be told before the
// programs are loaded, and counts for the whole thread.

import { Session } from 'node:inspector'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

import { ProgramSource } from './program-source.ts'
import type { Unreached } from './unreached.ts'

/** What the engine says of one script. */
interface ScriptCoverage {
  readonly scriptId: string
  readonly url: string
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number
      readonly endOffset: number
      readonly count: number
    }[]
  }[]
}

interface Script {
  readonly source: ProgramSource
  /** What loading the program has come to, by offset: no run has to. */
  readonly loaded: Uint8Array
}

/** Of this package only what it has programs in: the rest is no part of what is tested. */
const root = fileURLToPath(new URL('../../../', import.meta.url))
const ownFolders = ['sim', 'invariants', 'reports', 'cli', 'property', 'bench'].map(
  (folder) => root + folder + sep,
)

/** Counts in this thread from now on. Programs have to be loaded after this, and their runs after `begin`. */
export class BranchCoverage {
  readonly #session = new Session()
  readonly #scripts = new Map<string, Script>()

  constructor() {
    this.#session.connect()
    this.#post('Profiler.enable')
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    this.#post('Debugger.enable')
  }

  /** The programs are loaded: what was reached by then counts for all runs. */
  begin(): void {
    for (const coverage of this.#take()) {
      const source = this.#sourceOf(coverage)
      this.#scripts.set(coverage.url, { source, loaded: paint(coverage, source.text.length) })
    }
  }

  /** What has not been reached since the last call, or the beginning. */
  take(): Unreached {
    return this.#take()
      .map((coverage) => this.#unreachedIn(coverage))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }

  #unreachedIn(coverage: ScriptCoverage): Unreached[number] {
    const { source, loaded } = this.#scripts.get(coverage.url) ?? this.#addLate(coverage)
    const reached = paint(coverage, source.text.length)
    const offsets: [number, number][] = []
    for (let offset = 0; offset < reached.length; offset++) {
      if (reached[offset] === 1 || loaded[offset] === 1) continue
      const last = offsets.at(-1)
      if (last?.[1] === offset) last[1]++
      else offsets.push([offset, offset + 1])
    }
    return [source.file, source.rangesOf(offsets)]
  }

  // What a run loads is loaded by that run, and by no other.
  #addLate(coverage: ScriptCoverage): Script {
    const source = this.#sourceOf(coverage)
    const script = { source, loaded: new Uint8Array(source.text.length) }
    this.#scripts.set(coverage.url, script)
    return script
  }

  #sourceOf({ scriptId, url }: ScriptCoverage): ProgramSource {
    const { scriptSource } = this.#post('Debugger.getScriptSource', { scriptId }) as {
      readonly scriptSource: string
    }
    return new ProgramSource(shownPath(fileURLToPath(url)), scriptSource)
  }

  #take(): readonly ScriptCoverage[] {
    const { result } = this.#post('Profiler.takePreciseCoverage') as {
      readonly result: readonly ScriptCoverage[]
    }
    return result.filter(({ url }) => isProgram(url))
  }

  // The answer is there when the call returns: the session is in this very thread.
  #post(method: string, parameters: object = {}): unknown {
    let answer: unknown
    let failure: Error | null = null
    this.#session.post(method, parameters, (error, result) => {
      failure = error
      answer = result
    })
    if (failure !== null) throw failure as Error
    return answer
  }
}

/** 1 for each offset that was reached. Inner functions and blocks come after those that hold them. */
function paint({ functions }: ScriptCoverage, length: number): Uint8Array {
  const reached = new Uint8Array(length)
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges)
      reached.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  return reached
}

function isProgram(url: string): boolean {
  if (!url.startsWith('file:')) return false
  const path = fileURLToPath(url)
  return !path.includes(`${sep}node_modules${sep}`) && !ownFolders.some((folder) => path.startsWith(folder))
}

function shownPath(path: string): string {
  if (path.startsWith(root)) return path.slice(root.length)
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}
