import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Keyspace } from '../../keyspace.ts'
import { stringValue } from '../../value.ts'
import { RdbReader } from '../rdb/reader.ts'
import { RdbWriter } from '../rdb/writer.ts'
import { list, plain } from '../testing/plain-value.ts'
import { Capture } from './capture.ts'

const keys = ['a', 'b', 'c', 'd', 'e', 'f']
const act = fc.record({
  kind: fc.constantFrom('push', 'replace', 'delete', 'rename', 'expire', 'flush', 'swap'),
  key: fc.constantFrom(...keys),
  other: fc.constantFrom(...keys),
})

test('a capture is what was there at its instant, whatever happens while it is written', () => {
  fc.assert(
    fc.property(fc.array(fc.array(act, { maxLength: 4 }), { maxLength: 8 }), (slices) => {
      const keyspace = new Keyspace(() => 0, 2)
      const db = keyspace.db(0)
      for (const key of keys) db.setExpiry(key, db.add(key, list([key])), 9_000_000)
      const before = contents(keyspace)
      const capture = new Capture({ databases: keyspace.databases, libraries: [], origin: null }, true)
      keyspace.watchValues((value) => {
        capture.aboutToChange(value)
      })
      const writer = new RdbWriter()
      const writing = capture.write(writer, 1)
      for (const acts of slices) {
        for (const { kind, key, other } of acts) perform(keyspace, kind, key, other)
        writing.next()
      }
      while (writing.next().done !== true);
      writer.end()
      expect(read(writer.take())).toEqual(before)
    }),
  )
})

function perform(keyspace: Keyspace, kind: string, key: string, other: string): void {
  const db = keyspace.db(0)
  const entry = db.find(key)
  if (kind === 'flush') db.clear()
  if (kind === 'swap') keyspace.swap(0, 1)
  if (kind === 'replace') db.set(key, stringValue('new'))
  if (kind === 'delete') db.delete(key)
  if (entry === undefined) return
  if (kind === 'push' && entry.value.kind === 'list') entry.value.items.push('more')
  if (kind === 'expire') db.setExpiry(key, entry, 10_000_000)
  if (kind === 'rename') {
    db.delete(key)
    db.set(other, entry.value)
  }
}

function contents(keyspace: Keyspace): unknown[] {
  return keyspace.databases.flatMap((db) =>
    [...db.entries()].map(([key, { value, expiresAt }]) => [db.index, key, plain(value), expiresAt]),
  )
}

function read(file: Buffer): unknown[] {
  const reader = new RdbReader()
  return [...reader.push(file), ...reader.finish()].flatMap((record) =>
    record.kind === 'key' ? [[record.database, record.key, plain(record.value), record.expiresAt]] : [],
  )
}
