// Our Redis against the real redis-server, both asked by redis-benchmark in turn, and against a server of Node's that does
// nothing but answer: what no program over node:net can exceed.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import type { Detail } from './detail.ts'
import type { Extent } from './extent.ts'
import { median } from './measure.ts'
import type { Row } from './row.ts'
import { cpuSeconds, programPath, serveProcess, type ServerProcess, startServer } from './server-process.ts'
import { judgeFigure } from './verdict.ts'

const commands = ['set', 'get', 'incr', 'lpush', 'zadd'] as const
const clients = 50
const echoFile = fileURLToPath(new URL('redis-echo.js', import.meta.url))
/** Requests of one measurement, by how many commands a client sends at once: about half a second each, in CI a third of that. */
const requests: ReadonlyMap<number, number> = new Map([
  [1, 30_000],
  [16, 180_000],
])
/** Keys and members are drawn from so many: one key that always comes again would flatter every table of known words. */
const keys = 100_000

/** How fast a server answered: a second, and a second of its CPU time. */
interface Speed {
  readonly wall: number
  readonly cpu: number
}

interface Compared {
  readonly rows: readonly Row[]
  readonly details: readonly Detail[]
}

/** Measures the rows about Redis; where a program that they need is missing it says so, and there are none. */
export async function benchRedis(extent: Extent): Promise<Compared> {
  const [rounds, share] = extent.hasDetails ? [extent.rounds, 1] : [1, 3]
  const [benchmark, redisServer] = [programPath('redis-benchmark'), programPath('redis-server')]
  if (benchmark === null || redisServer === null) {
    console.error('no redis-server or redis-benchmark on this machine: Redis is not measured')
    return { rows: [], details: [] }
  }
  const servers = {
    ours: await serveProcess('redis', '--set', 'save='),
    real: await startServer(redisServer, (port) => ['--port', `${port}`, '--save', '']),
    echo: await startServer(process.execPath, (port) => [echoFile, `${port}`]),
  }
  try {
    const compared: Compared[] = []
    for (const [pipeline, count] of requests) {
      const ask = (server: ServerProcess, command: string): Promise<Speed> =>
        speedOf(benchmark, server, { command, pipeline, count: count / share })
      compared.push(await compare({ pipeline, rounds }, servers, ask))
    }
    return {
      rows: compared.flatMap(({ rows }) => rows),
      details: compared.flatMap(({ details }) => details),
    }
  } finally {
    for (const server of Object.values(servers)) await server.stop()
  }
}

type Ask = (server: ServerProcess, command: string) => Promise<Speed>

/** Each command is asked of all servers in turn, round after round: what else the machine does hits all alike. */
async function compare(
  { pipeline, rounds }: { readonly pipeline: number; readonly rounds: number },
  { ours, real, echo }: Readonly<Record<'ours' | 'real' | 'echo', ServerProcess>>,
  ask: Ask,
): Promise<Compared> {
  // What is not compiled yet does not count; and all of them are warm.
  for (const command of commands) for (const server of [real, ours, echo]) await ask(server, command)
  const pairs: Pair[] = []
  const ceilings: Speed[] = []
  for (const command of commands) {
    const samples: { readonly real: Speed; readonly ours: Speed; readonly echo: Speed }[] = []
    for (let round = 0; round < rounds; round++)
      samples.push({
        real: await ask(real, command),
        ours: await ask(ours, command),
        echo: await ask(echo, command),
      })
    ceilings.push(medianSpeed(samples.map((sample) => sample.echo)))
    pairs.push({
      command,
      real: medianSpeed(samples.map((sample) => sample.real)),
      ours: medianSpeed(samples.map((sample) => sample.ours)),
    })
  }
  return {
    rows: [ratioRow(pipeline, pairs)],
    details: [
      ...pairs.flatMap((pair) => detailsOf(pair, pipeline)),
      ...ceilingDetails(medianSpeed(ceilings), pipeline),
    ],
  }
}

function medianSpeed(speeds: readonly Speed[]): Speed {
  return { wall: median(speeds.map(({ wall }) => wall)), cpu: median(speeds.map(({ cpu }) => cpu)) }
}

interface Pair {
  readonly command: string
  readonly ours: Speed
  readonly real: Speed
}

async function speedOf(
  benchmark: string,
  { port, pid }: ServerProcess,
  {
    command,
    pipeline,
    count,
  }: { readonly command: string; readonly pipeline: number; readonly count: number },
): Promise<Speed> {
  const flags = ['-p', port, '-t', command, '-n', count, '-c', clients, '-P', pipeline, '-r', keys, '--csv']
  const before = cpuSeconds(pid)
  const { stdout } = await promisify(execFile)(benchmark, flags.map(String))
  const cpu = count / (cpuSeconds(pid) - before)
  const wall = Number(/^"[A-Z][^"]*","([\d.]+)"/m.exec(stdout)?.[1])
  if (!(wall > 0)) throw new Error(`redis-benchmark -t ${command}: no requests a second in ${stdout}`)
  return { wall, cpu }
}

function ratioRow(pipeline: number, pairs: readonly Pair[]): Row {
  const figure = median(pairs.map(({ ours, real }) => ours.cpu / real.cpu))
  const budget = { bound: 'at-least', figure: 0.5 } as const
  return {
    name: `Redis beside redis-server, pipeline ${pipeline}, median of ${commands.length} commands`,
    unit: 'of its requests',
    figure,
    wallFigure: median(pairs.map(({ ours, real }) => ours.wall / real.wall)),
    baseline: null,
    budget,
    verdict: judgeFigure(figure, budget, 1),
  }
}

function detailsOf({ command, ours, real }: Pair, pipeline: number): readonly Detail[] {
  const about = `${command.toUpperCase()}, pipeline ${pipeline}`
  return [
    { name: `${about}: requests a second`, value: ours.wall, unit: '' },
    { name: `${about}: of redis-server`, value: real.wall, unit: '' },
    { name: `${about}: ratio`, value: ours.wall / real.wall, unit: '' },
    { name: `${about}: CPU a request`, value: 1e6 / ours.cpu, unit: 'us' },
    { name: `${about}: of redis-server`, value: 1e6 / real.cpu, unit: 'us' },
    { name: `${about}: ratio`, value: ours.cpu / real.cpu, unit: '' },
  ]
}

function ceilingDetails({ wall, cpu }: Speed, pipeline: number): readonly Detail[] {
  const about = `a server that only says +OK, pipeline ${pipeline}`
  return [
    { name: `${about}: requests a second`, value: wall, unit: '' },
    { name: `${about}: CPU a request`, value: 1e6 / cpu, unit: 'us' },
  ]
}
