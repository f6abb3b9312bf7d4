// What the demonstration keeps: items with their stock, and orders that take from it. Everything is in memory; a journal makes it
// last. An answer is given only after all that it tells is certain.

import type { StoredResponse } from '../app/idempotency.ts'
import { type DataRecord, type Disk, DiskError } from '../../../sim/index.ts'
import { Journal } from '../../journal/index.ts'

/** Something that is sold. */
export interface Item {
  readonly id: number
  readonly name: string
  readonly stock: number
  /** Grows by one with each change: what its entity tag is made of. */
  readonly version: number
}

/** Something that was bought. */
export interface Order {
  readonly id: number
  readonly item: number
  readonly quantity: number
  /** What the client calls it, for whatever purpose. */
  readonly reference: string
}

/** One change: what the journal is made of. */
type Change =
  | { readonly kind: 'item'; readonly item: Item }
  /** The order, the stock it left, and the answer to be given again under the client's key: all of them or nothing. */
  | { readonly kind: 'order'; readonly order: Order; readonly item: Item; readonly answer: Answer | null }

/** An answer, by the name under which it is kept. */
export interface Answer {
  readonly name: string
  readonly stored: StoredResponse
}

/** Where changes go to be certain; null keeps them in memory only. */
export type InventoryDisk = Disk | null

const directory = '/inventory'
const changesBetweenReplacements = 10_000
/** How often a broken journal is written anew before a change is given up for now. */
const attemptsMax = 3

/** The store. */
export class Inventory {
  readonly #items = new Map<number, Item>()
  readonly #orders = new Map<number, Order>()
  readonly #answers = new Map<string, StoredResponse>()
  readonly #answerTo = new Map<number, Answer>()
  #journal: Journal | null = null
  #unwritten: Change[] = []
  #writing: Promise<void> | null = null
  #isBroken = false
  #changes = 0

  /** Reads what the journal holds. Rejects as `Journal.open` does. */
  static async open(disk: InventoryDisk): Promise<Inventory> {
    const inventory = new Inventory()
    if (disk === null) return inventory
    await disk.makeDirectory(directory)
    await disk.syncDirectory('/')
    const journal = await Journal.open(disk, {
      path: `${directory}/journal`,
      isSynced: true,
      onBatch: (records) => {
        for (const record of records) inventory.#apply(record as DataRecord as Change & DataRecord)
        inventory.#changes += records.length
      },
    })
    inventory.#journal = journal
    return inventory
  }

  /** In ascending order of their numbers. */
  get items(): readonly Item[] {
    return [...this.#items.values()]
  }

  get orders(): readonly Order[] {
    return [...this.#orders.values()]
  }

  item(id: number): Item | null {
    return this.#items.get(id) ?? null
  }

  order(id: number): Order | null {
    return this.#orders.get(id) ?? null
  }

  answer(name: string): StoredResponse | null {
    return this.#answers.get(name) ?? null
  }

  addItem(name: string, stock: number): Item {
    return this.#change({ id: this.#items.size + 1, name, stock, version: 1 })
  }

  /** Gives an item, which exists, another name and stock. */
  changeItem({ id, version }: Item, name: string, stock: number): Item {
    return this.#change({ id, name, stock, version: version + 1 })
  }

  /** Takes an order; null when there is not enough. The answer to it is made of it, and kept with it. */
  takeOrder(
    item: Item,
    wish: Omit<Order, 'id' | 'item'>,
    answerTo: (order: Order) => Answer | null,
  ): Order | null {
    if (item.stock < wish.quantity) return null
    const order = { id: this.#orders.size + 1, item: item.id, ...wish }
    const left = { ...item, stock: item.stock - wish.quantity, version: item.version + 1 }
    this.#take({ kind: 'order', order, item: left, answer: answerTo(order) })
    return order
  }

  /**
   * Resolves once every change until now is certain. Rejects when the disk refuses; the changes stay, and become certain with the
   * next ones that do: to who made them they are unknown.
   */
  async settled(): Promise<void> {
    while (this.#writing !== null || this.#unwritten.length > 0 || this.#isBroken) {
      this.#writing ??= this.#write().finally(() => (this.#writing = null))
      await this.#writing
    }
  }

  #change(item: Item): Item {
    this.#take({ kind: 'item', item })
    return item
  }

  #take(change: Change): void {
    this.#apply(change)
    if (this.#journal !== null) this.#unwritten.push(change)
  }

  #apply(change: Change): void {
    this.#items.set(change.item.id, change.item)
    if (change.kind === 'item') return
    this.#orders.set(change.order.id, change.order)
    if (change.answer === null) return
    this.#answers.set(change.answer.name, change.answer.stored)
    this.#answerTo.set(change.order.id, change.answer)
  }

  /** All that waits goes to the disk in one piece, so that many clients wait for one sync. */
  async #write(): Promise<void> {
    const journal = this.#journal
    if (journal === null) return
    const changes = this.#unwritten
    this.#unwritten = []
    this.#changes += changes.length
    if (!this.#isBroken && this.#changes < changesBetweenReplacements)
      try {
        return await journal.append(changes)
      } catch (error) {
        this.#isBroken = true
        if (!(error instanceof DiskError)) throw error
      }
    await this.#replace(journal)
  }

  /** After a write or sync that failed nobody knows what the file holds: all that is known is written to a new one. */
  async #replace(journal: Journal): Promise<void> {
    this.#isBroken = true
    for (let attempt = 1; ; attempt++) {
      const changes = this.#everything()
      const unwritten = this.#unwritten
      this.#unwritten = []
      try {
        await journal.replace(changes)
        this.#changes = changes.length
        this.#isBroken = false
        return
      } catch (error) {
        this.#unwritten = [...unwritten, ...this.#unwritten]
        if (attempt === attemptsMax || !(error instanceof DiskError)) throw error
      }
    }
  }

  #everything(): readonly Change[] {
    const items = this.items.map((item): Change => ({ kind: 'item', item }))
    const orders = this.orders.flatMap((order): readonly Change[] => {
      const item = this.#items.get(order.item)
      const answer = this.#answerTo.get(order.id) ?? null
      return item === undefined ? [] : [{ kind: 'order', order, item, answer }]
    })
    return [...items, ...orders]
  }
}
