// What must hold of a shop, judged by what its clients were told: each audit shows all stock and all orders at one instant.

import type { OrderWish, ShopAudit } from './shop-stock.ts'
import { soldOut } from './shop-clients.ts'
import { fold, type FoldVerdict } from '../../invariants/index.ts'
import type { Data, DataRecord, EventOf, Invariant } from '../../sim/index.ts'

type Operation = EventOf<'operation'>

/** What stands in the ledger of an audit. */
interface Entry extends OrderWish {
  readonly f: 'order' | 'cancel'
}

/** Nothing gets lost and nothing is sold twice: of each item, what is there and what is ordered are what was there at first. */
export function stockAddsUp(items: number, initial: number): Invariant {
  return fold({
    name: 'stock and orders add up',
    kinds: ['operation'],
    unit: 'items audited',
    initial: () => ({ looked: 0 }),
    on: (state, event) => {
      const audit = auditOf(event)
      if (audit === null) return null
      state.looked += items
      const sums = Array.from({ length: items }, (_, place) => audit.stock[place] ?? Number.NaN)
      for (const { f, item, quantity } of entriesOf(audit))
        sums[item - 1] = (sums[item - 1] ?? 0) + (f === 'order' ? quantity : -quantity)
      const wrong = sums.findIndex((sum) => sum !== initial)
      return wrong === -1
        ? null
        : violated(
            `item ${wrong + 1}: ${audit.stock[wrong]} in stock and what is ordered are ${sums[wrong]}, not ${initial}`,
            event,
          )
    },
    looked: ({ looked }) => looked,
  })
}

/** Nobody ever sees less than nothing of an item. */
export const stockNeverNegative: Invariant = fold({
  name: 'stock is never negative',
  kinds: ['operation'],
  unit: 'stocks seen',
  initial: () => ({ looked: 0 }),
  on: (state, event) => {
    const { stock } = fieldsOf(event.phase === 'ok' ? event.value : null)
    const seen = [stock].flat().filter((count) => typeof count === 'number')
    state.looked += seen.length
    const wrong = seen.find((count) => count < 0)
    return wrong === undefined ? null : violated(`somebody saw a stock of ${wrong}`, event)
  },
  looked: ({ looked }) => looked,
})

/** No key has two orders, and each order is cancelled at most once. */
export const orderedOnce: Invariant = fold({
  name: 'no order is taken twice',
  kinds: ['operation'],
  unit: 'audits',
  initial: () => ({ audits: 0 }),
  on: (state, event) => {
    const audit = auditOf(event)
    if (audit === null) return null
    state.audits++
    const [ordered, cancelled] = [new Set<string>(), new Set<string>()]
    for (const { f, key } of entriesOf(audit)) {
      if (f === 'cancel' && !ordered.has(key)) return violated(`${key} is cancelled, and not ordered`, event)
      const seen = f === 'order' ? ordered : cancelled
      if (seen.has(key)) return violated(`${key}: two times "${f}"`, event)
      seen.add(key)
    }
    return null
  },
  looked: ({ audits }) => audits,
})

/** What clients were told, in order, and how much of it when an audit began. */
interface Told {
  readonly told: { readonly entry: string; readonly seq: number }[]
  readonly begun: Map<string, number>
  looked: number
}

/** What a client was told that it has ordered or cancelled is in every audit that begins after that. */
export const acknowledgedKept: Invariant = fold({
  name: 'no acknowledged order is lost',
  kinds: ['operation'],
  unit: 'acknowledged orders and cancellations audited',
  initial: (): Told => ({ told: [], begun: new Map(), looked: 0 }),
  on: (state, event) => {
    const { f, phase, process, seq } = event
    if ((f === 'order' || f === 'cancel') && phase === 'ok')
      state.told.push({ entry: `${f} ${process}`, seq })
    if (f === 'audit' && phase === 'invoke') state.begun.set(process, state.told.length)
    const audit = auditOf(event)
    if (audit === null) return null
    const before = state.told.slice(0, state.begun.get(process) ?? 0)
    state.looked += before.length
    const there = new Set(entriesOf(audit).map((entry) => `${entry.f} ${entry.key}`))
    const lost = before.find(({ entry }) => !there.has(entry))
    return lost === undefined
      ? null
      : violated(`"${lost.entry}" was acknowledged and is not there`, event, lost.seq)
  },
  looked: ({ looked }) => looked,
})

/** An order that was refused since there was not enough never shows: refused is refused. */
export const refusedTookNothing: Invariant = fold({
  name: 'a refused order takes nothing',
  kinds: ['operation'],
  unit: 'refused orders audited',
  initial: () => ({ refused: new Map<string, number>(), looked: 0 }),
  on: (state, event) => {
    const { f, phase, process, seq, error } = event
    if (f === 'order' && phase === 'fail' && error === soldOut) state.refused.set(process, seq)
    const audit = auditOf(event)
    if (audit === null) return null
    state.looked += state.refused.size
    const taken = entriesOf(audit).find(({ key }) => state.refused.has(key))
    return taken === undefined
      ? null
      : violated(`${taken.key} was refused, and is taken`, event, state.refused.get(taken.key))
  },
  looked: ({ looked }) => looked,
})

/** Everybody is answered what they asked: an order by that order, a look at an item by that item. */
export const answersBelong: Invariant = fold({
  name: 'answers belong to their requests',
  kinds: ['operation'],
  unit: 'answers',
  initial: () => ({ asked: new Map<string, Data>(), looked: 0 }),
  on: (state, event) => {
    const { f, phase, process, value } = event
    if (f === 'audit') return null
    if (phase === 'invoke') state.asked.set(process, value)
    const asked = state.asked.get(process)
    if (phase === 'invoke' || asked === undefined) return null
    state.asked.delete(process)
    if (phase !== 'ok') return null
    state.looked++
    const answered = f === 'stock' ? (fieldsOf(value)['item'] ?? null) : value
    return sameFields(asked, answered)
      ? null
      : violated(`asked for ${JSON.stringify(asked)}, told of ${JSON.stringify(answered)}`, event)
  },
  looked: ({ looked }) => looked,
})

/** All of them, for a shop of so many items with so much of each at first. */
export function shopInvariants(items: number, initial: number): readonly Invariant[] {
  return [
    stockAddsUp(items, initial),
    stockNeverNegative,
    orderedOnce,
    acknowledgedKept,
    refusedTookNothing,
    answersBelong,
  ]
}

function auditOf({ f, phase, value }: Operation): ShopAudit | null {
  if (f !== 'audit' || phase !== 'ok') return null
  const { stock, ledger } = fieldsOf(value)
  if (!isListOf(stock, 'number') || !isListOf(ledger, 'string')) return { stock: [], ledger: [] }
  return { stock, ledger }
}

function fieldsOf(value: Data | undefined): DataRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as DataRecord) : {}
}

function isListOf(value: Data | undefined, kind: 'number'): value is readonly number[]
function isListOf(value: Data | undefined, kind: 'string'): value is readonly string[]
function isListOf(value: Data | undefined, kind: 'number' | 'string'): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === kind)
}

function entriesOf({ ledger }: ShopAudit): readonly Entry[] {
  return ledger.map((line) => {
    const [f, key = '', item, quantity] = line.split(' ')
    return { f: f === 'cancel' ? 'cancel' : 'order', key, item: Number(item), quantity: Number(quantity) }
  })
}

/** Whether two values say the same of an order, or are the same. */
function sameFields(asked: Data, answered: Data): boolean {
  const [wanted, got] = [fieldsOf(asked), fieldsOf(answered)]
  const isSame = ['key', 'item', 'quantity'].every((name) => wanted[name] === got[name])
  return typeof asked === 'object' ? isSame : asked === answered
}

function violated(
  message: string,
  { seq }: Operation,
  ...others: readonly (number | undefined)[]
): FoldVerdict {
  const witnesses = [...others.filter((other) => other !== undefined), seq]
  return { kind: 'violated', message, witnesses }
}
