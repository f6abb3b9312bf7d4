// Who was started by npx stops when that ends, and nobody else when its parent does.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { Workplace } from './testing/workplace.ts'

let place: Workplace
beforeAll(() => {
  place = new Workplace()
})
afterAll(() => place.remove())

/** `faultline serve` below a shell, as npx starts it, and what it has said. */
async function served(npmCommand: string): Promise<{
  readonly shell: ReturnType<typeof spawn>
  readonly pid: number
  readonly told: () => string
}> {
  const command = `${place.path('node_modules/.bin/faultline')} serve echo --port 0 & echo $! && wait`
  const shell = spawn('sh', ['-c', command], {
    cwd: place.folder,
    env: { ...process.env, npm_command: npmCommand },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let told = ''
  let pid = ''
  shell.stderr.on('data', (bytes: Buffer) => {
    told += bytes.toString()
  })
  shell.stdout.on('data', (bytes: Buffer) => {
    pid += bytes.toString()
  })
  while (!told.includes('listens on')) await once(shell.stderr, 'data')
  return { shell, pid: Number(pid), told: () => told }
}

test('started by npx it stops when that is gone', async () => {
  const { shell, told } = await served('exec')
  shell.kill()
  // Its end of the pipe is the last.
  await once(shell, 'close')
  expect(told()).toMatch(/stopped|exit/)
}, 60_000)

test('started in the background by another it goes on', async () => {
  const { shell, pid, told } = await served('run-script')
  shell.kill()
  await once(shell, 'exit')
  // Three looks of those that look.
  await new Promise((resolve) => {
    setTimeout(resolve, 1600)
  })
  expect(told()).not.toMatch(/stopped|exit/)
  process.kill(pid, 'SIGTERM')
  await once(shell, 'close')
  expect(told()).toMatch(/stopped|exit/)
}, 60_000)
