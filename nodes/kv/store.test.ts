import { describe, expect, it } from 'vitest'
import type { Command } from './command.ts'
import { Store } from './store.ts'
import { raftRules } from '../raft/index.ts'

/** A store to which commands are applied one after another, as from a log that begins at index 1. */
class Log {
  readonly store: Store
  #index = 0

  constructor(sessionsMax = 16) {
    this.store = new Store(sessionsMax)
  }

  apply(command: Command): unknown {
    return this.store.apply(++this.#index, command)
  }

  /** Opens a session and gives its number. */
  open(): number {
    return (this.apply(['open']) as { result: number }).result
  }
}

const applied = (result: unknown): unknown => ({ kind: 'applied', result })

describe('the store', () => {
  it('puts, appends, reads and deletes', () => {
    const log = new Log()
    const session = log.open()
    expect(log.apply([0, 0, 'get', 'k'])).toEqual(applied(null))
    expect(log.apply([session, 1, 'put', 'k', 'a'])).toEqual(applied(null))
    expect(log.apply([session, 2, 'append', 'k', 'b'])).toEqual(applied(null))
    expect(log.apply([0, 0, 'get', 'k'])).toEqual(applied('ab'))
    expect(log.apply([session, 3, 'delete', 'k'])).toEqual(applied(null))
    expect(log.apply([0, 0, 'get', 'k'])).toEqual(applied(null))
    expect(log.apply([session, 4, 'append', 'k', 'c'])).toEqual(applied(null))
    expect(log.store.get('k')).toBe('c')
  })

  it('compares and swaps, also with a key that is missing', () => {
    const log = new Log()
    const session = log.open()
    expect(log.apply([session, 1, 'cas', 'k', 'a', 'x'])).toEqual(applied(false))
    expect(log.apply([session, 2, 'cas', 'k', 'a', null])).toEqual(applied(true))
    expect(log.apply([session, 3, 'cas', 'k', 'b', null])).toEqual(applied(false))
    expect(log.apply([session, 4, 'cas', 'k', 'b', 'a'])).toEqual(applied(true))
    expect(log.store.get('k')).toBe('b')
  })
})

describe('sessions (section 8; thesis 6.3)', () => {
  it('apply a command once, however often it stands in the log, and give its first result again', () => {
    const log = new Log()
    const session = log.open()
    expect(log.apply([session, 1, 'cas', 'k', 'a', null])).toEqual(applied(true))
    expect(log.apply([session, 1, 'cas', 'k', 'a', null])).toEqual({ kind: 'repeated', result: true })
  })

  it('apply nothing that comes after a later command of the session', () => {
    const log = new Log()
    const session = log.open()
    log.apply([session, 2, 'put', 'k', 'new'])
    expect(log.apply([session, 1, 'put', 'k', 'old'])).toEqual({ kind: 'outdated' })
    expect(log.store.get('k')).toBe('new')
  })

  it('end when there are too many, the one used least recently first, and apply nothing afterwards', () => {
    const log = new Log(2)
    const [first, second] = [log.open(), log.open()]
    log.apply([first, 1, 'put', 'k', 'a'])
    const third = log.open()
    expect(log.apply([second, 1, 'put', 'k', 'b'])).toEqual({ kind: 'expired' })
    expect(log.apply([first, 2, 'append', 'k', 'c'])).toEqual(applied(null))
    expect(log.apply([third, 1, 'append', 'k', 'd'])).toEqual(applied(null))
    expect(log.store.get('k')).toBe('acd')
  })
})

describe('a snapshot of the store', () => {
  function filled(): Log {
    const log = new Log()
    const [one, other] = [log.open(), log.open()]
    log.apply([one, 1, 'put', 'a', '1'])
    log.apply([other, 1, 'append', 'b', '2'])
    log.apply([one, 2, 'cas', 'a', '3', '1'])
    return log
  }

  it('restores data and sessions, so that the digests agree', () => {
    const { store } = filled()
    const restored = new Store(16)
    restored.apply(1, [0, 1, 'put', 'gone', 'x'])
    restored.restoreSnapshot(store.takeSnapshot())
    expect(restored.digest).toBe(store.digest)
    expect(restored.get('a')).toBe('3')
    expect(restored.apply(9, [1, 2, 'cas', 'a', '3', '1'])).toEqual({ kind: 'repeated', result: true })
  })

  it('of a server that loses a session gives another digest', () => {
    const { store } = filled()
    const rules = { ...raftRules, snapshotSessions: () => [] }
    const losing = new Store(16, rules)
    losing.restoreSnapshot(store.takeSnapshot())
    const restored = new Store(16)
    restored.restoreSnapshot(losing.takeSnapshot())
    expect(restored.digest).not.toBe(store.digest)
  })
})
