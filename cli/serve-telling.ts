// What `faultline serve` says on standard error while its program runs: its life, and what it logs, though not the same a
// thousand times a second, as when a crowd of clients leaves.

import { addressText, type Event, type Listening } from '../sim/index.ts'

/** So many lines of one text are said in a period; of more of them, only how many. */
const alikeMax = 3
const periodMs = 1000

/** Says what a person watching it wants to see. */
export class Telling {
  readonly #say: (line: string) => void
  /** How often each text was logged as information in this period. */
  readonly #counts = new Map<string, number>()
  #timer: NodeJS.Timeout | null = null

  constructor(say: (line: string) => void) {
    this.#say = say
  }

  /** An event of the node. */
  event(event: Event): void {
    switch (event.kind) {
      case 'log':
        return this.#log(event)
      case 'start':
        return this.#say(`started ${event.node}, incarnation ${event.incarnation}`)
      case 'stop':
        return this.#say(event.isForced ? 'stopped: the grace period is over' : 'stopped')
      case 'exit':
        return this.#say(
          event.error === undefined ? `ended, code ${event.code}` : (event.stack ?? event.error),
        )
      default:
    }
  }

  /** Where clients find it, which with port 0 nobody else knows. */
  listens({ kind, port, address }: Listening): void {
    const at = addressText(address)
    if (kind === 'messages') this.#say(`takes messages on ${at}`)
    else this.#say(`listens on ${at}, its ${kind === 'datagram' ? 'UDP port' : 'port'} ${port}`)
  }

  /** A file that an option names takes no more, while the node goes on. */
  cut(option: string, why: string): void {
    this.#say(`warn ${option} ends here: ${why}`)
  }

  /** Says how much was left out. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    for (const [text, count] of this.#counts)
      if (count > alikeMax) this.#say(`${text}: ${count - alikeMax} more of these within a second`)
    this.#counts.clear()
  }

  #log({ level, text, fields }: Extract<Event, { readonly kind: 'log' }>): void {
    const line = `${level} ${text}`
    // What may need somebody's hands is said as often as it comes.
    const count = level === 'warn' || level === 'error' ? 0 : (this.#counts.get(line) ?? 0) + 1
    if (count > 0) this.#counts.set(line, count)
    if (count <= alikeMax) this.#say(`${line}${fieldsText(fields)}`)
    if (count > 0 && this.#timer === null)
      this.#timer = setTimeout(() => {
        this.flush()
      }, periodMs).unref()
  }
}

function fieldsText(fields: object): string {
  return Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`
}
