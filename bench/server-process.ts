// A server in a process of its own, and the CPU time that it has had: what a benchmark from outside can compare.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A server that runs. */
export interface ServerProcess {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** The path of a program; null where this machine has none. */
export function programPath(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

/** Starts `faultline serve` with arguments, on a free port, as a user would. */
export function serveProcess(...args: readonly string[]): Promise<ServerProcess> {
  const faultline = fileURLToPath(new URL('../cli/faultline.js', import.meta.url))
  return startServer(process.execPath, (port) => [faultline, 'serve', ...args, '--port', `${port}`])
}

/** Starts a program with the arguments that it takes to listen on a port, in a folder that goes with it. */
export async function startServer(
  program: string,
  argsFor: (port: number) => readonly string[],
): Promise<ServerProcess> {
  const port = await freePort()
  const cwd = mkdtempSync(join(tmpdir(), 'faultline-bench-'))
  const child = spawn(program, argsFor(port), { stdio: 'ignore', cwd })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  await untilListening(port)
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      rmSync(cwd, { recursive: true })
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

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  })
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await isListening(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nobody listens on ${port}`)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => {
      resolve(false)
    })
  })
}
