import type { Data } from '../../../sim/index.ts'
import { isList } from '../canonical-text.ts'
import { History, type HistoryLimits } from '../history.ts'
import type { Operation } from '../operation.ts'
import { EdnReader } from './edn.ts'
import { eventOfRecord } from './record.ts'

/** The operations of a history written as EDN maps, one after the other or in one vector or list around them all. */
export function parseEdn(text: string, limits: HistoryLimits = {}): readonly Operation[] {
  const reader = new EdnReader(text)
  const history = new History(limits)
  const places = new Places()
  if (reader.isAtEnd()) return []
  const close = reader.accept('[') ? ']' : reader.accept('(') ? ')' : undefined
  while (close === undefined ? !reader.isAtEnd() : !reader.accept(close)) {
    const line = reader.line
    const form = reader.read()
    for (const record of recordsOf(form)) {
      const event = eventOfRecord(record, line)
      if (event !== undefined) history.add({ ...event, place: places.next(line) })
    }
  }
  return history.finish()
}

function recordsOf(form: Data): readonly Data[] {
  return isList(form) ? form : [form]
}

/** Lines as places; maps that share a line get fractions, which keep their order. */
class Places {
  #last = 0

  next(line: number): number {
    this.#last = line > this.#last ? line : this.#last + 1 / 0x100000
    return this.#last
  }
}
