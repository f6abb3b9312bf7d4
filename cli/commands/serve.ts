// `faultline serve`: a program on this machine's sockets, files and time.

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { type Command, Option } from 'commander'

import { countArgument, portArgument, secondsArgument, setArgument, wrongValue } from '../arguments.ts'
import { stopWhenAsked } from '../asked-to-stop.ts'
import { packageVersion } from '../code-identity.ts'
import { componentList, components, findComponent, parameterProblem } from '../components.ts'
import { newFile } from '../new-file.ts'
import { recordingOf } from '../serve-recording.ts'
import { refusalText } from '../serve-refusal.ts'
import { Telling } from '../serve-telling.ts'
import { UsageError } from '../usage-error.ts'
import {
  type Address,
  addressText,
  type Data,
  DataFolderError,
  type Event,
  type ListenRefusal,
  LiveLog,
  messagesPort,
  NetError,
  readAddress,
  RealNode,
  type RealNodeEnd,
  seconds,
  type TraceHeader,
} from '../../sim/index.ts'

interface ServeFlags {
  readonly port?: number
  readonly host: string
  readonly name?: string
  readonly data?: string
  readonly set: ReadonlyMap<string, Data>
  readonly listen: ReadonlyMap<number, Address>
  readonly peer: ReadonlyMap<string, Address | string>
  readonly messages?: Address
  readonly log?: string
  readonly logMax: number
  readonly record?: string
  readonly grace: number
}

/** Adds the command. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('run one program on real sockets, files and time')
    .argument('<node>', `${[...components.keys()].join(', ')}, or the path of a file that exports a program`)
    .option('--port <n>', 'where it listens instead of its usual port', portArgument('--port'))
    .option('--host <address>', 'the interface on which it listens', '127.0.0.1')
    .option('--name <name>', 'the name of the node (default: that of the component)')
    .option('--data <dir>', 'the folder for its files (default: a temporary one, which goes with it)')
    .addOption(
      collected('--set <key=value>', 'a parameter of the program; may be given several times', setArgument),
    )
    .addOption(
      collected(
        '--listen <port=address>',
        'where a port of the program really is: 6379=0.0.0.0:7000, 6379=[::1]:7000, 6379=unix:/tmp/s',
        listenArgument,
      ),
    )
    .addOption(
      collected(
        '--peer <name=address>',
        'where another node is: b=10.0.0.2, b:6379=10.0.0.2:7000; for messages b=10.0.0.2:7001',
        peerArgument,
      ),
    )
    .option('--messages <address>', 'where it takes messages of other nodes', addressArgument('--messages'))
    .option('--log <file>', 'write what happens as a trace, which `check`, `show` and `query` read')
    .option(
      '--log-max <MiB>',
      'how large the log may grow; the node goes on without',
      countArgument('--log-max'),
      1024,
    )
    .option(
      '--record <file>',
      'write what passes over its connections, which `replay` gives to the program in a simulation',
    )
    .option('--grace <seconds>', 'how long it may take to stop', secondsArgument('--grace'), 10)
    .addHelpText(
      'after',
      `
Components:
${componentList()}

Standard error has where it listens, one line for each port ("listens on 127.0.0.1:7007, its port 7"), and what it logs. With
--port 0 any free port is taken. SIGTERM and SIGINT ask it to stop; a second one ends it at once.

Exit codes: 0 it was stopped or ended on purpose; 1 it failed, or what it ended with; 2 bad input, which includes an address that
cannot be had and a folder that cannot be written; 137 a second signal ended it.

Examples:
  faultline serve echo --port 7007
  faultline serve ./my-program.ts --data ./data --log node.ndjson`,
    )
    .action(async (name: string, flags: ServeFlags) => {
      process.exitCode = await serve(name, flags)
    })
}

/** An option that may be given several times, each time for one entry of a map. */
function collected<K, V>(
  flags: string,
  description: string,
  read: (text: string, before: ReadonlyMap<K, V>) => ReadonlyMap<K, V>,
): Option {
  return new Option(flags, description).argParser(read).default(new Map<K, V>(), 'none')
}

async function serve(nameOrPath: string, flags: ServeFlags): Promise<number> {
  const component = await findComponent(nameOrPath)
  const problem = parameterProblem(nameOrPath, new Set(flags.set.keys()))
  if (problem !== null) throw new UsageError(problem)
  if (component.needsMessages === true && flags.messages === undefined)
    throw new UsageError(
      `serve ${nameOrPath}: got no --messages, wanted where it takes messages of the others`,
    )
  // Only one of them would hold, in silence.
  if (component.port !== undefined && flags.port !== undefined && flags.listen.has(component.port))
    throw new UsageError(
      `--port, --listen ${component.port}=…: got two places for its port ${component.port}, wanted one`,
    )
  const name = flags.name ?? nameOrPath.replace(/.*[\\/]/, '').replace(/\.[cm]?[jt]s$/, '')
  const { log: path } = flags
  if (path !== undefined && existsSync(path))
    throw new UsageError(`--log ${path}: got a file that is there already, wanted a new name`)
  // Which port is free is only known when it listens.
  const isToldPort = component.tellsPort === true && (flags.port ?? 0) > 0 && !flags.set.has('port')
  const port = isToldPort ? flags.port : component.port
  const parameters = {
    ...(path === undefined ? {} : component.parametersWhenLogged),
    ...(isToldPort ? { port } : {}),
    ...Object.fromEntries(flags.set),
  }
  const telling = new Telling((line) => void process.stderr.write(`${line}\n`))
  const cutOf = (option: string) => (why: string) => telling.cut(option, why)
  const log =
    path === undefined
      ? null
      : newFile('--log', path, () => {
          const bounds = { bytesMax: flags.logMax * mebibyte, onCut: cutOf(`--log ${path}`) }
          return new LiveLog(path, headerOf(nameOrPath, name, flags), bounds)
        })
  const recorded = { program: nameOrPath, name, parameters }
  const recording = recordingOf(flags.record, recorded, cutOf(`--record ${flags.record ?? ''}`))
  const refusals: ListenRefusal[] = []
  const node = makeNode(() => {
    const { host, peer: peers, data } = flags
    return new RealNode({
      name,
      program: component.program,
      parameters,
      ...recording?.options,
      host,
      peers,
      listen: listenersOf(flags, port),
      ...(data === undefined ? {} : { data }),
      onListen: (listening) => {
        telling.listens(listening)
      },
      onRefused: (refusal) => refusals.push(refusal),
      onEvent: (event) => {
        log?.write(event)
        if (!isAboutMistake(event, refusals)) telling.event(event)
      },
    })
  })
  stopWhenAsked(node, seconds(flags.grace))
  const { code, error = '' } = await ranToEnd(node)
  telling.flush()
  log?.finish(code === 0 ? 'passed' : 'failed')
  recording?.close()
  const refusal = refusalIn(error, refusals)
  if (refusal !== undefined) throw new UsageError(`serve ${nameOrPath}: ${refusalText(refusal, port)}`)
  if (wrongParameter.test(error))
    throw new UsageError(`${error.replace(/^Error: /, '')}${whereDiskIs(error, flags.data)}`)
  return code
}

/** Where a file has to be put for a program that misses it. */
function whereDiskIs(error: string, data: string | undefined): string {
  if (!error.includes(' on its disk')) return ''
  return data === undefined
    ? ' (its disk is empty: --data names a folder to keep)'
    : ` (its disk is ${join(data, 'files')})`
}

async function ranToEnd(node: RealNode): Promise<RealNodeEnd> {
  // A program that has nothing open and waits for nobody runs until it is stopped all the same.
  const running = setInterval(() => undefined, aDayMs)
  try {
    await node.start()
    return await node.ended
  } catch (error) {
    // Where messages cannot be taken it has ended before it began.
    if (error instanceof NetError) return await node.ended
    throw error
  } finally {
    clearInterval(running)
  }
}

/** Whether an event is the end of a program that was told something wrong, which is said in another way than by a stack. */
function isAboutMistake(event: Event, refusals: readonly ListenRefusal[]): boolean {
  if (event.kind !== 'exit' || event.error === undefined) return false
  return wrongParameter.test(event.error) || refusalIn(event.error, refusals) !== undefined
}

/** The address that was not to be had, where that is what an error of the program's is about. */
function refusalIn(error: string, refusals: readonly ListenRefusal[]): ListenRefusal | undefined {
  return refusals.find((refusal) => error.includes(refusal.error.message))
}

const aDayMs = 86_400_000
const mebibyte = 1024 * 1024
/** How components say that they do not like a parameter. */
const wrongParameter = /^(?:Error: )?[a-z-]+: parameter [^\n]*: got /

function makeNode(make: () => RealNode): RealNode {
  try {
    return make()
  } catch (error) {
    throw error instanceof DataFolderError ? new UsageError(`--data ${error.message}`) : error
  }
}

function listenersOf(flags: ServeFlags, usualPort: number | undefined): ReadonlyMap<number, Address> {
  const { host, port, listen, messages } = flags
  if (port !== undefined && usualPort === undefined)
    throw new UsageError(
      '--port: got a port, but this program has no usual one; --listen PORT=ADDRESS says which',
    )
  return new Map([
    ...(port === undefined || usualPort === undefined ? [] : [[usualPort, { host, port }] as const]),
    ...listen,
    ...(messages === undefined ? [] : [[messagesPort, messages] as const]),
  ])
}

function headerOf(component: string, name: string, { set, peer }: ServeFlags): TraceHeader {
  return {
    scenario: component,
    title: `${name} on a real machine`,
    parameters: Object.fromEntries(set),
    seed: 0,
    plan: [],
    version: packageVersion(),
    fingerprint: '',
    nodeVersion: process.version,
    platform: `${process.platform}-${process.arch}`,
    options: {
      real: true,
      startedAt: new Date().toISOString(),
      // When the process began, from which instants count.
      beginMs: performance.timeOrigin,
      peers: Object.fromEntries(
        [...peer].map(([each, at]) => [each, typeof at === 'string' ? at : addressText(at)]),
      ),
    },
  }
}

function listenArgument(text: string, before: ReadonlyMap<number, Address>): ReadonlyMap<number, Address> {
  const [, port, place] = /^(\d{1,5})=(.+)$/.exec(text) ?? []
  const address = readAddress(place ?? '')
  if (port === undefined || address === null)
    throw wrongValue('--listen', text, 'PORT=HOST:PORT or PORT=unix:PATH')
  if (before.has(Number(port)))
    throw wrongValue('--listen', text, `one place for port ${Number(port)}, which has another already`)
  return new Map([...before, [Number(port), address]])
}

function peerArgument(
  text: string,
  before: ReadonlyMap<string, Address | string>,
): ReadonlyMap<string, Address | string> {
  const [, name, place = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (name === undefined) throw wrongValue('--peer', text, 'NAME=HOST, NAME=HOST:PORT or NAME:PORT=HOST:PORT')
  const address = readAddress(place)
  if (address === null) return new Map([...before, [name, place]])
  // An address for the name alone is where it takes messages; its host is that of its other ports.
  if (name.includes(':') || 'path' in address) return new Map([...before, [name, address]])
  return new Map([...before, [name, address.host], [`${name}:${messagesPort}`, address]])
}

function addressArgument(option: string): (text: string) => Address {
  return (text) => {
    const address = readAddress(text)
    if (address === null) throw wrongValue(option, text, 'HOST:PORT or unix:PATH')
    return address
  }
}
