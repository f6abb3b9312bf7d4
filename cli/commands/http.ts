// `faultline http`: an HTTP request, or many of them, by the client of nodes/http on this machine's sockets.

import { once } from 'node:events'

import type { Command } from 'commander'

import { countArgument, countOrNoneArgument, secondsArgument, wrongValue } from '../arguments.ts'
import { stopWhenAsked } from '../asked-to-stop.ts'
import { type Answer, askOften, askOnce, type Shown } from '../http-program.ts'
import { askedAddress, headerArgument, requestOf } from '../http-request.ts'
import { createOutput, type Output } from '../output.ts'
import { UsageError } from '../usage-error.ts'
import type { HttpClientOptions, HttpClientRequest, HttpClientResponse } from '../../nodes/http/index.ts'
import { type HttpLoad, httpLoadRecord, httpLoadReport } from '../../reports/index.ts'
import { type Address, type Program, RealNode, seconds } from '../../sim/index.ts'

interface HttpFlags {
  readonly header: readonly (readonly [name: string, value: string])[]
  readonly data?: string
  readonly repeat: number
  readonly concurrency: number
  readonly timeout: number
  readonly redirects: number
  readonly retries: number
  readonly unixSocket?: string
  readonly include?: true
  readonly json?: true
}

/** What the exit code says. */
const code = { fine: 0, refused: 1, unanswered: 3 } as const

/** Adds the command. */
export function addHttp(program: Command): void {
  program
    .command('http')
    .description('ask an HTTP server, once or many times')
    .argument('<method>', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS or any other')
    .argument('<url>', '[http://][USER:PASSWORD@]HOST[:PORT]/PATH')
    .option(
      '-H, --header <line>',
      'a field of the header, as "Name: value"; may be given several times',
      headerArgument,
      [],
    )
    .option('-d, --data <text>', 'the body: text, @FILE, or @- for what comes on standard input')
    .option('--repeat <n>', 'ask so many times, and tell how long it took', countArgument('--repeat'), 1)
    .option('--concurrency <n>', 'so many at a time', concurrencyArgument, 1)
    .option('--timeout <seconds>', 'how long one request may take', secondsArgument('--timeout'), 30)
    .option('--redirects <n>', 'how many redirects are followed', countOrNoneArgument('--redirects'), 10)
    .option(
      '--retries <n>',
      'how often it is tried again where that does no harm',
      countOrNoneArgument('--retries'),
      0,
    )
    .option('--unix-socket <path>', 'where the host of the URL really listens')
    .option('--include', 'print the head of the response before its body')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      `
Exit codes: 0 answered, 1 answered with a status of 400 or more, 2 bad input, 3 not answered.

Examples:
  faultline http GET http://127.0.0.1:8080/status/200 --include
  faultline http PUT http://127.0.0.1:8080/notes/1 -H "Content-Type: text/plain" -d @note.txt
  faultline http GET http://127.0.0.1:8080/ --repeat 10000 --concurrency 32`,
    )
    .action(async (method: string, url: string, flags: HttpFlags) => {
      process.exitCode = await ask(await requestOf(method, url, flags), flags)
    })
}

async function ask(request: HttpClientRequest, flags: HttpFlags): Promise<number> {
  const output = createOutput(flags.json === true)
  const { retries, redirects, timeout, unixSocket } = flags
  const peers =
    unixSocket === undefined ? new Map() : new Map([[askedAddress(request), { path: unixSocket }]])
  const wait = seconds(timeout)
  const options: HttpClientOptions = {
    timeout: wait,
    connectTimeout: wait,
    headerTimeout: wait,
    bodyTimeout: wait,
    redirectsMax: redirects,
    retriesMax: retries,
  }
  const run = (program: Program): Promise<void> => runHere(program, peers)
  return flags.repeat === 1
    ? askForOne(request, options, { flags, output, run })
    : askForMany(request, options, { flags, output, run })
}

interface Asking {
  readonly flags: HttpFlags
  readonly output: Output
  readonly run: (program: Program) => Promise<void>
}

async function askForOne(
  request: HttpClientRequest,
  options: HttpClientOptions,
  { flags, output, run }: Asking,
): Promise<number> {
  const record = new JsonResponse()
  // There is nothing else to show of an answer to HEAD.
  const isHeadShown = flags.include === true || request.method === 'HEAD'
  let answer: Answer | null = null
  await run(
    askOnce(request, options, flags.json === true ? record : shownAsText(isHeadShown), (found) => {
      answer = found
    }),
  )
  // Assigned by the program meanwhile, which the compiler does not see.
  const found = answer as Answer | null
  if (found === null) return code.unanswered
  if (found.kind === 'answered') {
    output.json(record.value())
    return found.status < 400 ? code.fine : code.refused
  }
  const { error } = found
  if (error.kind === 'bad-request') throw new UsageError(error.message)
  output.json({ error: error.kind, message: error.message })
  process.stderr.write(`faultline: no answer: ${error.message}\n`)
  return code.unanswered
}

async function askForMany(
  request: HttpClientRequest,
  options: HttpClientOptions,
  { flags: { repeat, concurrency }, output, run }: Asking,
): Promise<number> {
  let load: HttpLoad | null = null
  await run(
    askOften(request, options, { repeat, concurrency }, (found) => {
      load = found
    }),
  )
  const found = load as HttpLoad | null
  if (found === null) return code.unanswered
  if (found.failures.has('bad-request'))
    throw new UsageError(
      'got a request that cannot be sent, wanted a token as method and a header in Latin-1',
    )
  output.text(httpLoadReport(found, output.palette).join('\n'))
  output.json(httpLoadRecord(found))
  if (found.failures.size > 0) return code.unanswered
  return [...found.statuses.keys()].every((status) => status < 400) ? code.fine : code.refused
}

/** Runs a program to its end; a signal asks it to stop, a second one ends it. */
async function runHere(program: Program, peers: ReadonlyMap<string, Address>): Promise<void> {
  const node = new RealNode({ name: 'http', program, hasMessages: false, peers })
  stopWhenAsked(node, seconds(1))
  await node.start()
  const { error, stack } = await node.ended
  if (error !== undefined) throw new Error(stack ?? error)
}

const concurrencyMax = 10_000

function concurrencyArgument(text: string): number {
  const count = countArgument('--concurrency')(text)
  if (count > concurrencyMax) throw wrongValue('--concurrency', text, `at most ${concurrencyMax}`)
  return count
}

function headText({ version, status, reason, headers }: HttpClientResponse): string {
  const lines = [
    `HTTP/${version} ${status} ${reason}`,
    ...[...headers].map(([name, value]) => `${name}: ${value}`),
  ]
  return `${lines.join('\n')}\n\n`
}

function shownAsText(isHeadShown: boolean): Shown {
  return {
    head: (response) => (isHeadShown ? write(Buffer.from(headText(response), 'latin1')) : Promise.resolve()),
    bytes: write,
  }
}

async function write(bytes: Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain')
}

const jsonBodyMax = 16 * 1024 * 1024

/** A response as one value: the body as text where it is UTF-8, else in base64. */
class JsonResponse implements Shown {
  #response: HttpClientResponse | null = null
  readonly #pieces: Uint8Array[] = []
  #size = 0

  head(response: HttpClientResponse): Promise<void> {
    this.#response = response
    return Promise.resolve()
  }

  bytes(bytes: Uint8Array): Promise<void> {
    this.#size += bytes.length
    if (this.#size <= jsonBodyMax) this.#pieces.push(bytes)
    return Promise.resolve()
  }

  value(): unknown {
    if (this.#response === null) return null
    if (this.#size > jsonBodyMax)
      throw new UsageError(`--json: got a body of ${this.#size} bytes, wanted at most ${jsonBodyMax}`)
    const { status, reason, version, url, headers, trailers } = this.#response
    const bytes = Buffer.concat(this.#pieces)
    const text = bytes.toString()
    const body = Buffer.from(text).equals(bytes) ? { body: text } : { bodyBase64: bytes.toString('base64') }
    return { status, reason, version, url, headers: [...headers], trailers: [...trailers], ...body }
  }
}
