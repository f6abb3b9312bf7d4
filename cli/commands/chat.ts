// `faultline chat`: a person, or a script, in a chat that `faultline serve chat` serves.

import { createInterface } from 'node:readline'

import type { Command } from 'commander'

import { createOutput, type Output } from '../output.ts'
import { UsageError } from '../usage-error.ts'
import {
  ChatClient,
  type ChatCommand,
  type ChatEvent,
  isNick,
  isRoom,
  lineHelp,
  readLine,
  showEvent,
} from '../../nodes/chat/index.ts'
import { type Env, ms, type Program, readAddress, RealNode } from '../../sim/index.ts'

interface ChatFlags {
  readonly nick?: string
  readonly room: string
  readonly web?: true
  readonly json?: true
}

/** Adds the command. */
export function addChat(program: Command): void {
  program
    .command('chat')
    .description('talk in a chat: lines of standard input are said, and what others say is printed')
    .argument('<address>', 'HOST:PORT, [HOST]:PORT or unix:PATH of a chat')
    .option('--nick <name>', 'your name there (default: that of this account)')
    .option('--room <room>', 'the room to enter', 'lobby')
    .option('--web', 'speak over WebSocket: the address is that of the page')
    .option('--json', 'print one JSON object an event')
    .addHelpText(
      'after',
      `
It comes back by itself when the connection is lost, misses nothing, and says nothing twice. /help tells the commands. At the end
of input it waits until all that was said is stored: exit code 0, or 1 when it is not within 10 s. It ends with 1, and one line
that says why, when it cannot come in at all: nobody listens there, or no chat, or the name or the room is refused.

Examples:
  faultline chat 127.0.0.1:7000 --nick ann
  echo "the build is done" | faultline chat 127.0.0.1:7080 --web --nick builder --room news`,
    )
    .action(async (address: string, flags: ChatFlags) => {
      process.exitCode = await talk(address, flags)
    })
}

async function talk(text: string, flags: ChatFlags): Promise<number> {
  const address = readAddress(text)
  if (address === null)
    throw new UsageError(`chat: got ${JSON.stringify(text)}, wanted HOST:PORT, [HOST]:PORT or unix:PATH`)
  const nick = flags.nick ?? accountName()
  if (!isNick(nick))
    throw new UsageError(
      `--nick: got ${JSON.stringify(nick)}, wanted a letter, then up to 23 letters, digits, _ or -`,
    )
  if (!isRoom(flags.room))
    throw new UsageError(
      `--room: got ${JSON.stringify(flags.room)}, wanted up to 32 small letters, digits, _ or -`,
    )
  const output = createOutput(flags.json === true)
  const program: Program = (env) => {
    const over = flags.web === true ? 'web' : 'lines'
    new Terminal(env, { address: text, nick, room: flags.room, over, output }).start()
  }
  const node = new RealNode({ name: 'me', program, peers: new Map([[`${server}:${port}`, address]]) })
  process.on('SIGINT', () => {
    node.kill()
  })
  await node.start()
  const { code } = await node.ended
  // Whoever has not closed it yet need not: nobody reads any more.
  process.stdin.destroy()
  return code
}

const server = 'server'
/** Any: where it really is, the address says. */
const port = 1
const storedWithin = ms(10_000)
const heldMax = 1000
const nickProblems: readonly string[] = ['nick-taken', 'bad-nick']
const roomProblems: readonly string[] = ['bad-room', 'room-full', 'too-many-rooms']

function accountName(): string {
  const name = (process.env['USER'] ?? '').replaceAll(/[^A-Za-z0-9_-]/g, '').slice(0, 24)
  return isNick(name) ? name : 'guest'
}

interface TerminalOptions {
  /** As it was given. */
  readonly address: string
  readonly nick: string
  readonly room: string
  readonly over: 'lines' | 'web'
  readonly output: Output
}

/** Between standard input and output and a client. */
class Terminal {
  readonly #env: Env
  readonly #output: Output
  readonly #client: ChatClient
  readonly #address: string
  readonly #over: 'lines' | 'web'
  /** The room that is talked in, and the last that was entered; null before the first. */
  #room: string
  #entered: string | null = null
  #wasConnected = false
  #isLeaving = false
  /** Commands that wait for a room to be entered: a script gives them before there is a connection. */
  readonly #held: ChatCommand[] = []
  /** Whether one of them was given at all, and how often the server answered that it is there. */
  #hasAsked = false
  #pongs = 0
  /** What was told of the connection last: the same is not told again. */
  #state = ''

  constructor(env: Env, { address, nick, room, over, output }: TerminalOptions) {
    this.#env = env
    this.#address = address
    this.#over = over
    this.#output = output
    this.#room = room
    this.#client = new ChatClient(env, {
      host: server,
      port,
      over,
      nick,
      onEvent: (event) => {
        this.#show(event)
      },
      onConnection: ({ isConnected, reason }) => {
        this.#wasConnected ||= isConnected
        if (!this.#wasConnected) this.#giveUp(this.#noWayIn(reason))
        this.#tell(isConnected ? '' : `not connected (${reason}); trying again`)
      },
    })
  }

  start(): void {
    this.#client.join(this.#room)
    this.#client.start()
    const input = createInterface({ input: process.stdin })
    // What is typed after the end is for nobody.
    input.on('line', (line) => {
      if (!this.#isLeaving) this.#take(line)
    })
    input.on('close', () => {
      if (!this.#isLeaving) this.#env.spawn(() => this.#leave())
    })
  }

  #show(event: ChatEvent): void {
    if (event.kind === 'pong') this.#pongs++
    if (event.kind === 'room') this.#enter(event.room)
    if (event.kind === 'error' && nickProblems.includes(event.code)) this.#giveUp(event.text)
    if (event.kind === 'error' && roomProblems.includes(event.code)) {
      if (this.#entered === null) this.#giveUp(event.text)
      // One is still where one was.
      this.#room = this.#entered
    }
    this.#output.json(event)
    for (const line of showEvent(event)) this.#output.text(plain(line))
  }

  #enter(room: string): void {
    this.#entered = room
    for (const command of this.#held.splice(0)) this.#client.ask(command)
  }

  /** Nothing sends a command again, so that it waits until somebody is there to hear it. */
  #ask(command: ChatCommand): void {
    this.#hasAsked = true
    if (this.#entered !== null && this.#client.isConnected) return this.#client.ask(command)
    if (this.#held.length < heldMax) this.#held.push(command)
    else this.#tell('! too many commands wait for a connection: this one is not done')
  }

  #noWayIn(reason: string): string {
    const isPage = this.#over === 'lines' && reason.includes('HTTP/')
    const told = reason.replaceAll(`${server}:${port}`, this.#address)
    return `no way into ${this.#address}: ${told}${isPage ? ' (--web is for the address of a page)' : ''}`
  }

  /** There is nothing to come back to. */
  #giveUp(why: string): never {
    this.#isLeaving = true
    this.#tell(why)
    this.#env.exit(1)
  }

  #tell(text: string): void {
    if (text !== this.#state && text !== '') process.stderr.write(`${plain(text)}\n`)
    this.#state = text
  }

  #take(line: string): void {
    if (line === '/help') {
      for (const each of lineHelp) this.#output.text(each)
      return
    }
    if (line.trim() === '') return
    const read = readLine(line, { room: this.#room, isNamed: true, newId: () => '' })
    if ('problem' in read) {
      this.#tell(`! ${read.problem}`)
      return
    }
    const { command } = read
    switch (command.kind) {
      case 'say':
        return this.#say(command.room, command.text)
      case 'join':
        this.#room = command.room
        return this.#client.join(command.room, command.after)
      case 'leave':
        return this.#client.leave(command.room)
      case 'quit':
        return this.#env.spawn(() => this.#leave())
      case 'hello':
      case 'nick':
      case 'tell':
      case 'who':
      case 'rooms':
      case 'history':
      case 'away':
      case 'ping':
        return this.#ask(command)
    }
  }

  #say(room: string, text: string): void {
    const { stored } = this.#client.say(room, text)
    void stored.catch((error: unknown) => {
      this.#tell(`! not said: ${(error as Error).message}`)
    })
  }

  /** Goes once all that was said is stored; who said nothing has been in the room, too. */
  async #leave(): Promise<void> {
    if (this.#isLeaving) return
    this.#isLeaving = true
    const isSaid = (): boolean => this.#entered !== null && this.#client.unacknowledged === 0
    const due = this.#env.clock.monotonic() + storedWithin
    await this.#until(() => isSaid() && this.#held.length === 0, due)
    if (this.#entered === null) this.#giveUp(this.#noWayIn('the server does not answer'))
    const left = this.#client.unacknowledged
    if (left > 0) this.#tell(`${left} messages were not stored`)
    const isDone = !this.#hasAsked || (await this.#isAnswered(due))
    this.#env.exit(left === 0 && isDone ? 0 : 1)
  }

  /** Waits for what was asked for: what is asked after it is answered after it. */
  async #isAnswered(due: number): Promise<boolean> {
    const pongs = this.#pongs
    this.#client.ask({ kind: 'ping' })
    await this.#until(() => this.#pongs > pongs, due)
    return this.#held.length === 0 && this.#pongs > pongs
  }

  async #until(isDone: () => boolean, due: number): Promise<void> {
    while (!isDone() && this.#env.clock.monotonic() < due) await this.#env.sleep(ms(20))
  }
}

/** Without what would do more on a terminal than stand there: a server may be anybody's. */
function plain(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}]/gu, '�')
}
