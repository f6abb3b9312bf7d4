// A digest of what programs were given: every input with its node and instant, without what names it within the run (seq,
// cause, numbers of timers and streams). Two runs with the same one are the same to every program.

import type { Event, EventKind } from '../event.ts'
import { digestedFields, Digest, type EventLog, hashField, hashNumber, hashString } from '../log/index.ts'

/** What reaches programs. A crash or a pause does not: what comes of it does. */
const kinds: readonly EventKind[] = [
  'start',
  'stop-asked',
  'deliver',
  'timer-fire',
  'cpu-done',
  'disk-result',
  'datagram-deliver',
  'connect-result',
  'accept',
  'stream-read',
  'stream-drain',
  'stream-ended',
  'stream-reset',
  'resolve-result',
]

const numbers: ReadonlySet<string> = new Set(['timer', 'stream', 'sourcePort'])

/** The digest of one run's inputs, each node's in their order. */
export class InputDigest {
  readonly #nodes = new Map<string, Digest>()

  /** Takes in every input from now on. */
  subscribe(log: EventLog): void {
    for (const kind of kinds)
      log.subscribe(kind, (event) => {
        this.take(event)
      })
  }

  /** Takes in an input. */
  take(event: Event): void {
    const digest = this.#digestOf(event.node)
    digest.mix(hashString(event.kind))
    digest.mix(hashNumber(event.at))
    const fields = new Map<string, unknown>(Object.entries(event))
    for (const field of digestedFields({}, event.kind))
      if (!numbers.has(field)) digest.mix(hashField(field, fields.get(field)))
  }

  /** The digest so far; which node had its input first among those of an instant makes no difference. */
  get value(): string {
    const whole = new Digest()
    for (const [node, { value }] of [...this.#nodes].sort(([a], [b]) => (a < b ? -1 : 1)))
      whole.mix(hashString(`${node} ${value}`))
    return whole.value
  }

  #digestOf(node: string): Digest {
    const known = this.#nodes.get(node)
    if (known !== undefined) return known
    const digest = new Digest()
    this.#nodes.set(node, digest)
    return digest
  }
}
