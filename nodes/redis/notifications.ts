// Keyspace notifications: what happens to keys as messages on __keyspace@DB__:KEY and __keyevent@DB__:EVENT.

import type { Database } from './database.ts'
import type { NotificationClass } from './keyspace.ts'
import type { PubSub } from './pubsub.ts'
import type { ByteString } from './value.ts'

const all = 'g$lshzxetd'
const known = `KEA${all}mn`

/** The classes that a setting names, in Redis's order, `A` for all; null where a letter is unknown. */
export function parseNotificationClasses(text: ByteString): string | null {
  for (const letter of text) if (!known.includes(letter)) return null
  const wanted = new Set(text.includes('A') ? text + all : text)
  const isAll = all.split('').every((letter) => wanted.has(letter))
  const classes = isAll
    ? 'A'
    : all
        .split('')
        .filter((letter) => wanted.has(letter))
        .join('')
  return classes + ['K', 'E', 'm', 'n'].filter((letter) => wanted.has(letter)).join('')
}

/** Publishes notifications of the classes that are wanted. */
export class Notifications {
  readonly #pubsub: PubSub
  #classes: ReadonlySet<string> = new Set()
  #isOn = false

  constructor(pubsub: PubSub) {
    this.#pubsub = pubsub
  }

  /** Sets the classes as `parseNotificationClasses` gives them. */
  configure(classes: string): void {
    this.#classes = new Set(classes.includes('A') ? classes + all : classes)
    this.#isOn = this.#classes.has('K') || this.#classes.has('E')
  }

  notify(kind: NotificationClass, event: string, db: Database, key: ByteString): void {
    if (!this.#isOn || !this.#classes.has(kind)) return
    if (this.#classes.has('K')) this.#pubsub.publish(`__keyspace@${db.index}__:${key}`, event)
    if (this.#classes.has('E')) this.#pubsub.publish(`__keyevent@${db.index}__:${event}`, key)
  }
}
