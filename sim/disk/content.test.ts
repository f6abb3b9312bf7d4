import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { FileContent } from './content.ts'
import { kept, lost, torn } from './survival.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (content: Uint8Array): string => Buffer.from(content).toString('latin1')
const cached = (content: FileContent): string => text(content.read(0, content.size))

function contentOf(synced: string): FileContent {
  const content = new FileContent()
  content.write(0, bytes(synced))
  content.commit(content.mark)
  return content
}

describe('the content of a file', () => {
  it('is read as written, with zeros in gaps, also where longer content was cut before', () => {
    const content = contentOf('abcdef')
    content.truncate(1)
    content.write(3, bytes('xy'))
    content.truncate(7)
    expect(cached(content)).toBe('a\0\0xy\0\0')
    expect(content.read(6, 10)).toEqual(new Uint8Array(1))
    expect(content.read(7, 1).length).toBe(0)
  })

  it('goes back to what was certain when a sync fails, keeping what was written since', () => {
    const content = contentOf('abcdef')
    content.write(0, bytes('XX'))
    content.write(6, bytes('YY'))
    const { mark } = content
    content.write(1, bytes('Z'))
    content.revert(mark)
    expect(cached(content)).toBe('aZcdef')
    expect(text(content.durable())).toBe('abcdef')
    content.commit(content.mark)
    expect(text(content.durable())).toBe('aZcdef')
  })

  it('goes back to each of several overwrites of the same length, after others were synced', () => {
    const content = contentOf('abcd')
    for (const word of ['efgh', 'ijkl', 'mnop']) {
      content.write(0, bytes(word))
      content.commit(content.mark)
    }
    content.write(0, bytes('qrst'))
    content.write(0, bytes('uvwx'))
    expect(text(content.durable())).toBe('mnop')
    content.settle([kept, lost], 4)
    expect(cached(content)).toBe('qrst')
  })

  it('keeps the mark of a sync that is under way while another one fails', () => {
    const content = contentOf('a')
    content.truncate(3)
    const failing = content.mark
    content.truncate(1)
    content.truncate(2)
    const next = content.mark
    content.write(0, bytes('b'))
    content.revert(failing)
    content.commit(next)
    expect(text(content.durable())).toBe('a\0')
    expect(cached(content)).toBe('b\0')
  })

  it('keeps of a torn write the sectors that are there, at their places in the file', () => {
    const content = contentOf('12345678')
    content.write(2, bytes('abcdefghi'))
    content.settle([torn([false, true, false], false)], 4)
    expect(cached(content)).toBe('1234cdef')
  })

  it('may be as long as after the whole of a torn write, with zeros', () => {
    const content = contentOf('1')
    content.write(1, bytes('abcdefg'))
    content.settle([torn([false, false], true)], 4)
    expect(cached(content)).toBe('1\0\0\0\0\0\0\0')
  })

  it('calls a torn write of which all or nothing is there kept or lost', () => {
    expect(torn([true, true], true)).toBe(kept)
    expect(torn([false], false)).toBe(lost)
  })

  it('is written back in the end when nobody syncs it', () => {
    const content = new FileContent()
    for (let count = 0; count < 140_000; count++) content.write(content.size, bytes('ab'))
    expect(content.unsynced.length).toBeLessThanOrEqual(65_536)
    expect(content.writtenBack).toBe(140_000 - content.unsynced.length)
    expect(content.durable().length).toBe(2 * content.writtenBack)
    content.commit(content.mark)
    expect(content.writtenBack).toBe(0)
    const big = contentOf('x'.repeat(10_000))
    for (let count = 0; count < 3000; count++) big.write(0, new Uint8Array(1000).fill(count))
    const undoBytes = big.unsynced.reduce((sum, change) => sum + (change.undo?.length ?? 0), 0)
    expect(undoBytes).toBeLessThanOrEqual(1_048_576)
    expect(big.writtenBack).toBe(3000 - big.unsynced.length)
  })

  it('agrees with whole copies whatever is written, cut, synced, lost or survives in part', () => {
    const offset = fc.nat(20)
    const change = fc.oneof(
      fc.record({
        kind: fc.constant('write' as const),
        offset,
        bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
      }),
      fc.record({ kind: fc.constant('truncate' as const), offset, bytes: fc.constant(new Uint8Array(0)) }),
      fc.record({ kind: fc.constant('commit' as const), offset, bytes: fc.constant(new Uint8Array(0)) }),
      fc.record({ kind: fc.constant('revert' as const), offset, bytes: fc.constant(new Uint8Array(0)) }),
    )
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 30 }),
        fc.array(fc.boolean(), { minLength: 30 }),
        (changes, fates) => {
          const content = new FileContent()
          let certain = new Uint8Array(0)
          let made: { offset: number; bytes: Uint8Array | null }[] = []
          let size = 0
          for (const { kind, offset: at, bytes: written } of changes) {
            const count = Math.min(at, made.length)
            const mark = content.mark - made.length + count
            if (kind === 'write') {
              content.write(at, written)
              made.push({ offset: at, bytes: written })
              size = Math.max(size, at + written.length)
            } else if (kind === 'truncate') {
              content.truncate(at)
              if (at !== size) made.push({ offset: at, bytes: null })
              size = at
            } else {
              content[kind](mark)
              if (kind === 'commit') certain = all(certain, made.slice(0, count))
              made = made.slice(count)
              size = all(certain, made).length
            }
            expect(content.read(0, 100)).toEqual(all(certain, made))
            expect(content.durable()).toEqual(certain)
          }
          content.settle(
            made.map((_, index) => (fates[index] === true ? kept : lost)),
            4,
          )
          expect(content.read(0, 100)).toEqual(
            all(
              certain,
              made.filter((_, index) => fates[index]),
            ),
          )
        },
      ),
    )
  })
})

function all(
  content: Uint8Array,
  changes: readonly { offset: number; bytes: Uint8Array | null }[],
): Uint8Array<ArrayBuffer> {
  let result = new Uint8Array(content)
  for (const { offset, bytes: written } of changes) {
    const size = written === null ? offset : Math.max(result.length, offset + written.length)
    const next = new Uint8Array(size)
    next.set(result.subarray(0, size))
    if (written !== null) next.set(written, offset)
    result = next
  }
  return result
}
