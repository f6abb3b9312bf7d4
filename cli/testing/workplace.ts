// A folder in which the command runs as somebody uses it: with a scenario of their own, and `npx faultline` at hand.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a command said and how it ended. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly error: string
}

const command = fileURLToPath(new URL('../faultline.js', import.meta.url))
const outputMax = 64 * 1024 * 1024

/** A temporary folder. To be removed. */
export class Workplace {
  readonly folder: string

  constructor() {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-cli-')))
    this.write('clock.ts', clockScenario)
    mkdirSync(this.path('node_modules/.bin'), { recursive: true })
    symlinkSync(command, this.path('node_modules/.bin/faultline'))
  }

  /** The path of a file in the folder. */
  path(name: string): string {
    return join(this.folder, name)
  }

  /** Writes a file. */
  write(name: string, text: string): void {
    writeFileSync(this.path(name), text)
  }

  /** Runs `faultline` with these words. */
  faultline(...words: readonly string[]): Promise<Said> {
    return this.#run(process.execPath, [command, ...words])
  }

  /** Runs a line that was copied from the output; what `npx` would find is named directly, which spares a second of CPU time. */
  shell(line: string): Promise<Said> {
    return this.asTyped(line.replaceAll('npx faultline', 'node_modules/.bin/faultline'))
  }

  /** The same, through `npx` where the line says so. */
  asTyped(line: string): Promise<Said> {
    return this.#run('sh', ['-c', line])
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #run(file: string, words: readonly string[]): Promise<Said> {
    return new Promise((resolve) => {
      execFile(file, words, { cwd: this.folder, maxBuffer: outputMax }, (error, out, said) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, error: said })
      })
    })
  }
}

/** The last line that a command said, as one would copy it. */
export function lastLine({ out }: Said): string {
  return out.trimEnd().split('\n').at(-1)?.trim() ?? ''
}

/** The lines of output as JSON. Throws when one is not. */
export function jsonLines({ out }: Said): readonly { readonly [key: string]: unknown }[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line): { readonly [key: string]: unknown } => JSON.parse(line))
}

/** A clock that ticks ten times a second, in a world of which `end` decides how it ends. */
const clockScenario = `import { stat } from 'node:fs'
import { group, ms, ns, scenario, seconds, type Env, type Program } from 'faultline'
import { always, eventually, onProbe, progress } from 'faultline/invariants'

let ticksOfAllRuns = 0

function misbehave(env: Env): void {
  switch (env.parameters['end']) {
    case 'violation':
      return env.probe('late', 3)
    case 'error':
      throw new Error('out of ticks')
    case 'leak':
      return stat('/', () => undefined)
    case 'livelock':
      return spin(env)
    case 'deadlock':
      env.invoke({ f: 'wait' })
      return
    case 'unsteady':
      return env.probe('late', ++ticksOfAllRuns)
  }
}

function spin(env: Env): void {
  env.timers.after(ns(0), () => spin(env))
}

const clock: Program = (env) => {
  env.probe('tick', Math.floor(env.random.float() * 1000))
  env.timers.after(ms(100), () => {
    env.probe('tick', 1)
    misbehave(env)
  })
}

export default scenario({
  title: 'a clock ticks',
  parameters: { end: 'pass', level: 1, name: 'the clock' },
  nodes: ({ end }) => group('clock', 2, clock, { parameters: { end } }),
  faults: [{ kind: 'pause', node: 'clock-2', at: ms(10), for: ms(20) }],
  invariants: ({ end }) => [
    always('never late', onProbe('late', (by) => end === 'unsteady' && by !== 2)),
    ...(end === 'undecided' ? [eventually(progress, { within: seconds(5) })] : []),
  ],
  duration: ms(500),
})
`
