// A server in a process of its own, and the CPU time that it has had: what a benchmark from outside can compare.

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { untilListening } from '../nodes/redis/testing/real-redis.ts'
import { freePort } from '../sim/real/testing/both.ts'

/** A server that runs. */
export interface ServerProcess {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** Starts `faultline serve` with arguments, on a free port, as a user would. */
export function serveProcess(...args: readonly string[]): Promise<ServerProcess> {
  const faultline = fileURLToPath(new URL('../cli/faultline.js', import.meta.url))
  return nodeProcess((port) => [faultline, 'serve', ...args, '--port', `${port}`])
}

/** Starts a script that is given the port on which it has to listen. */
export function scriptProcess(file: string): Promise<ServerProcess> {
  return nodeProcess((port) => [file, `${port}`])
}

async function nodeProcess(argsFor: (port: number) => readonly string[]): Promise<ServerProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, argsFor(port), { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  await untilListening(port)
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Seconds of CPU time that a process has had: all its threads, to the nanosecond, as Linux counts them. */
export function cpuSeconds(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [onCpu] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    nanoseconds += Number(onCpu)
  }
  return nanoseconds / 1e9
}
