// The real redis-server for tests, started on a free port with nothing kept on disk.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Wire } from './wire.ts'
import { freePort } from '../../../sim/real/testing/both.ts'
import { findProgram } from '../../../sim/real/testing/programs.ts'

/** Where redis-server is; null where it is missing. */
export const redisServerPath: string | null = findProgram('redis-server')

/** A real server that runs. */
export interface RealRedis {
  readonly port: number
  readonly folder: string
  stop(): Promise<void>
}

/** Starts a real server; `options` as on its command line. */
export async function startRealRedis(...options: readonly string[]): Promise<RealRedis> {
  if (redisServerPath === null) throw new Error('no redis-server')
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'real-redis-'))
  const args = [
    '--port',
    `${port}`,
    '--save',
    '',
    '--dir',
    folder,
    '--enable-debug-command',
    'yes',
    ...options,
  ]
  const child = spawn(redisServerPath, args, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  await untilListening(port)
  return {
    port,
    folder,
    stop: async () => {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until a server takes connections. */
export async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    try {
      const wire = await Wire.open(port)
      wire.close()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  throw new Error(`redis-server does not listen on ${port}`)
}
