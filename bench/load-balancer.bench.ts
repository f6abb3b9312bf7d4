// Requests a second through our load balancer and through haproxy with one thread, in turn, to the same back-ends (which are
// another haproxy, that answers by itself). By wall time, and by the CPU time of the balancer alone: on a small machine back-ends
// and load take their share of the cores.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { Detail } from './detail.ts'
import { median } from './measure.ts'

const rounds = 3
const connections = 32
/** Clock ticks of /proc a second, as Linux has them on all usual machines. */
const ticksPerSecond = 100

/** Measures; where haproxy or wrk is missing it says so instead. */
export async function benchLoadBalancer(): Promise<readonly Detail[]> {
  const [haproxy, wrk] = [pathOf('haproxy'), pathOf('wrk')]
  if (haproxy === null || wrk === null) {
    const name = 'no haproxy or no wrk on this machine: the load balancer is not measured'
    return [{ name, value: 0, unit: '(apt-get install haproxy wrk)' }]
  }
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'))
  const processes: Started[] = []
  try {
    const backends = [await freePort(), await freePort()]
    processes.push(await start(haproxy, ['-f', written(folder, 'backends', answering(backends))], backends))
    const [ours, theirs] = [await freePort(), await freePort()]
    processes.push(await start(process.execPath, serving(ours, backends), [ours]))
    processes.push(
      await start(haproxy, ['-f', written(folder, 'balancer', balancing(theirs, backends))], [theirs]),
    )
    const [, own, other] = processes
    if (own === undefined || other === undefined) throw new Error('a balancer did not start')
    return await compared(wrk, { own, ownPort: ours, other, otherPort: theirs })
  } finally {
    for (const { child } of processes) child.kill()
    await Promise.all(processes.map(({ ended }) => ended))
    rmSync(folder, { recursive: true })
  }
}

function pathOf(program: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null
}

/** A port that nobody has just now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  })
}

interface Contest {
  readonly own: Started
  readonly ownPort: number
  readonly other: Started
  readonly otherPort: number
}

async function compared(
  wrk: string,
  { own, ownPort, other, otherPort }: Contest,
): Promise<readonly Detail[]> {
  await load(wrk, ownPort, own)
  const measured: { readonly ours: Rate; readonly theirs: Rate }[] = []
  for (let round = 0; round < rounds; round++)
    measured.push({ ours: await load(wrk, ownPort, own), theirs: await load(wrk, otherPort, other) })
  const middle = (figure: (round: (typeof measured)[number]) => number): number =>
    median(measured.map(figure))
  const unit = 'requests/s'
  return [
    { name: 'HTTP through the load balancer', value: middle(({ ours }) => ours.wall), unit },
    { name: 'HTTP through haproxy, one thread', value: middle(({ theirs }) => theirs.wall), unit },
    { name: 'ours to haproxy', value: middle(({ ours, theirs }) => ours.wall / theirs.wall), unit: 'times' },
    {
      name: "ours to haproxy, by the balancers' CPU time",
      value: middle(({ ours, theirs }) => ours.cpu / theirs.cpu),
      unit: 'times',
    },
  ]
}

/** Requests a second of wall time, and of the balancer's CPU time. */
interface Rate {
  readonly wall: number
  readonly cpu: number
}

async function load(wrk: string, port: number, balancer: Started): Promise<Rate> {
  const before = cpuSeconds(balancer)
  const flags = ['-d', '1', '-c', String(connections), '-t', '1', `http://127.0.0.1:${port}/`]
  const { stdout } = await promisify(execFile)(wrk, flags)
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk: ${stdout}`)
  const count = Number(/([0-9]+) requests in/.exec(stdout)?.[1])
  const wall = Number(/Requests\/sec: *([0-9.]+)/.exec(stdout)?.[1])
  if (!(count > 0 && wall > 0)) throw new Error(`wrk: got ${stdout}, wanted requests`)
  return { wall, cpu: count / (cpuSeconds(balancer) - before) }
}

function cpuSeconds({ child }: Started): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<unknown>
}

async function start(program: string, flags: readonly string[], ports: readonly number[]): Promise<Started> {
  const child = spawn(program, flags, { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  for (const port of ports) await answers(port, program)
  return { child, ended }
}

async function answers(port: number, program: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const status = await fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${program} does not answer on ${port}`)
}

function serving(port: number, backends: readonly number[]): readonly string[] {
  const list = JSON.stringify(backends.map((backend) => `127.0.0.1:${backend}`))
  const command = fileURLToPath(new URL('../cli/faultline.js', import.meta.url))
  return [
    command,
    'serve',
    'load-balancer',
    '--port',
    String(port),
    '--set',
    `backends=${list}`,
    '--set',
    'adminPort=0',
  ]
}

function written(folder: string, name: string, text: string): string {
  const path = join(folder, `${name}.cfg`)
  writeFileSync(path, text)
  return path
}

const common = `global
  nbthread 1
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
`

function answering(ports: readonly number[]): string {
  const binds = ports.map((port) => `  bind 127.0.0.1:${port}\n`)
  return `${common}frontend answers\n${binds.join('')}  http-request return status 200 content-type text/plain string "hello"\n`
}

function balancing(port: number, backends: readonly number[]): string {
  const servers = backends.map((backend, place) => `  server s${place} 127.0.0.1:${backend} check\n`)
  return `${common}frontend clients
  bind 127.0.0.1:${port}
  option forwardfor
  default_backend servers
backend servers
  balance roundrobin
  http-reuse always
${servers.join('')}`
}
