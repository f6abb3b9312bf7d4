// Requests a second through our load balancer and through haproxy and nginx with one thread each, in turn, to the same back-ends
// (which are another haproxy, that answers by itself). By wall time, and by the CPU time of the balancer alone: on a small machine back-ends
// and load take their share of the cores.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { Detail } from './detail.ts'
import { median } from './measure.ts'
import { cpuSeconds } from './server-process.ts'

const rounds = 3
const connections = 32
/** CPU time that a balancer is given before it counts, in seconds: on a busy machine a second of load is little of it. */
const warmUp = 5

/** Measures; where haproxy or wrk is missing it says so instead, and where nginx is, leaves that out. */
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
    const contestants: Contestant[] = []
    const enter = async (name: string, program: string, flagsFor: FlagsFor): Promise<void> => {
      const port = await freePort()
      const started = await start(program, flagsFor(port), [port])
      processes.push(started)
      contestants.push({ name, port, pid: started.child.pid ?? 0 })
    }
    await enter('ours', process.execPath, (port) => serving(port, backends))
    await enter('haproxy, one thread', haproxy, (port) => [
      '-f',
      written(folder, 'balancer', balancing(port, backends)),
    ])
    const nginx = pathOf('nginx')
    if (nginx !== null)
      await enter('nginx, one worker', nginx, (port) => [
        '-e',
        'stderr',
        '-c',
        written(folder, 'nginx', nginxBalancing(folder, port, backends)),
      ])
    return await compared(wrk, contestants)
  } finally {
    for (const { child } of processes) child.kill()
    await Promise.all(processes.map(({ ended }) => ended))
    rmSync(folder, { recursive: true })
  }
}

type FlagsFor = (port: number) => readonly string[]

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

/** A balancer that takes part: ours is the first. */
interface Contestant {
  readonly name: string
  readonly port: number
  readonly pid: number
}

async function compared(wrk: string, contestants: readonly Contestant[]): Promise<readonly Detail[]> {
  const measured: (readonly Rate[])[] = []
  const [own, ...others] = contestants
  if (own === undefined) throw new RangeError('got nobody, wanted our balancer first')
  while (cpuSeconds(own.pid) < warmUp) await load(wrk, own)
  for (let round = 0; round < rounds; round++) {
    const rates: Rate[] = []
    for (const contestant of contestants) rates.push(await load(wrk, contestant))
    measured.push(rates)
  }
  const middle = (figure: (ours: Rate, theirs: Rate) => number, place: number): number =>
    median(measured.map((rates) => figure(rateAt(rates, 0), rateAt(rates, place))))
  return [
    { name: 'HTTP through the load balancer', value: middle(({ wall }) => wall, 0), unit: 'requests/s' },
    ...others.flatMap(({ name }, at) => [
      {
        name: `HTTP through ${name}`,
        value: middle((_ours, theirs) => theirs.wall, at + 1),
        unit: 'requests/s',
      },
      {
        name: `ours to ${name}`,
        value: middle((ours, theirs) => ours.wall / theirs.wall, at + 1),
        unit: 'times',
      },
      {
        name: `ours to ${name}, by the balancers' CPU time`,
        value: middle((ours, theirs) => ours.cpu / theirs.cpu, at + 1),
        unit: 'times',
      },
    ]),
  ]
}

function rateAt(rates: readonly Rate[], place: number): Rate {
  const rate = rates[place]
  if (rate === undefined) throw new RangeError(`got ${rates.length} rates, wanted one at ${place}`)
  return rate
}

/** Requests a second of wall time, and of the balancer's CPU time. */
interface Rate {
  readonly wall: number
  readonly cpu: number
}

async function load(wrk: string, { port, pid }: Contestant): Promise<Rate> {
  const before = cpuSeconds(pid)
  const flags = ['-d', '1', '-c', String(connections), '-t', '1', `http://127.0.0.1:${port}/`]
  const { stdout } = await promisify(execFile)(wrk, flags)
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk: ${stdout}`)
  const count = Number(/([0-9]+) requests in/.exec(stdout)?.[1])
  const wall = Number(/Requests\/sec: *([0-9.]+)/.exec(stdout)?.[1])
  if (!(count > 0 && wall > 0)) throw new Error(`wrk: got ${stdout}, wanted requests`)
  return { wall, cpu: count / (cpuSeconds(pid) - before) }
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

function nginxBalancing(folder: string, port: number, backends: readonly number[]): string {
  const servers = backends.map((backend) => `    server 127.0.0.1:${backend};\n`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${folder}/${name};\n`,
  )
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events {}
http {
  access_log off;
${temporary.join('')}  keepalive_requests 1000000;
  upstream servers {
${servers.join('')}    keepalive 256;
    keepalive_requests 1000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://servers;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`
}
