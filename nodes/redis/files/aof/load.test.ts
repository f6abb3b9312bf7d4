import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { encodeCommand } from '../../resp/request-encoder.ts'
import { stringValue } from '../../value.ts'
import { RdbWriter } from '../rdb/writer.ts'
import { MemoryDisk } from '../testing/memory-disk.ts'
import { byteStrings } from '../testing/plain-value.ts'
import { AofFolder } from './aof-folder.ts'
import { batchLine } from './batch.ts'
import { AofReader } from './commands.ts'
import { loadAof, type LoadOptions, type LoadResult } from './load.ts'
import { formatManifest, parseManifest } from './manifest.ts'
import { RedisFileError } from '../bytes/file-error.ts'

const place = { directory: '/', folder: 'appendonlydir', name: 'appendonly.aof' }
const increment = '/appendonlydir/appendonly.aof.1.incr.aof'
const set = (key: string): string => encodeCommand(['SET', key, 'value'])

describe('the commands of a file', () => {
  const commands = fc.array(fc.tuple(fc.constant('SET'), byteStrings, byteStrings), { maxLength: 8 })

  test('are read in whatever pieces they come, batches and annotations between them', () => {
    fc.assert(
      fc.property(commands, fc.array(fc.nat(), { maxLength: 6 }), fc.boolean(), (all, cuts, isBatched) => {
        const file = isBatched
          ? batches(all.map(encodeCommand), 0)
          : `#TS:1\r\n${all.map(encodeCommand).join('')}`
        expect(unitsOf(split(file, cuts)).flat()).toEqual(all)
      }),
    )
  })

  test('of a transaction are one unit, and one that does not end is none', () => {
    const text = [['MULTI'], ['SET', 'a', '1'], ['SET', 'b', '2'], ['EXEC'], ['MULTI'], ['SET', 'c', '3']]
    const reader = new AofReader()
    const units = [...reader.push(Buffer.from(text.map(encodeCommand).join('')))]
    expect(units.map(({ commands }) => commands)).toEqual([
      [
        ['SET', 'a', '1'],
        ['SET', 'b', '2'],
      ],
    ])
    expect([reader.isComplete, reader.validUpTo]).toEqual([false, units[0]?.end])
  })

  test('are refused where they are none, with a place, whatever was changed', () => {
    fc.assert(
      fc.property(commands, fc.nat(), fc.nat(255), fc.boolean(), (all, where, byte, isBatched) => {
        const text = isBatched ? batches(all.map(encodeCommand), 0) : all.map(encodeCommand).join('')
        const file = Buffer.from(`${text}x`, 'latin1')
        file.writeUInt8(byte, where % file.length)
        try {
          unitsOf([file])
        } catch (error) {
          expect(error).toBeInstanceOf(RedisFileError)
          expect((error as RedisFileError).offset).toBeLessThanOrEqual(file.length)
        }
      }),
      { numRuns: 500 },
    )
    expect(() => unitsOf([Buffer.from('*1\r\n$99999999999\r\n')])).toThrow('a number up to')
    const reader = new AofReader({ unitMax: 100 })
    expect(() => [...reader.push(Buffer.from('*1\r\n$1000\r\n'))]).toThrow('at most 100')
  })
})

describe('the end of a file', () => {
  test('that a crash has torn off is cut, where the file ends or batches say that it was not synced', async () => {
    const torn = set('a') + set('b').slice(0, 9)
    expect(await load(torn)).toEqual({ keys: ['a'], cut: set('a').length })
    const written = batches([set('a'), set('b'), set('c')], 0)
    const second = written.indexOf('#BATCH', 10)
    for (const damage of [
      (file: Buffer) => file.fill(0, second + 3, second + 90),
      (file: Buffer) => file.subarray(0, second + 55),
    ])
      expect(await load(damage(Buffer.from(written)))).toEqual({ keys: ['a'], cut: second })
  })

  test('that is damaged although it was synced is refused, and so is anything where no batches are', async () => {
    const synced = batches([set('a'), set('b'), set('c')], 1)
    const file = Buffer.from(synced)
    file.writeUInt8(0, synced.indexOf('$1\r\nb') + 4)
    await expect(load(file)).rejects.toThrow(`${increment} at byte`)
    const plain = Buffer.from(set('a') + set('b') + set('c'))
    plain.fill(0, 40, 50)
    await expect(load(plain)).rejects.toThrow('The server does not start')
    await expect(load(set('a').slice(0, -1), { cutsTornTail: false })).rejects.toThrow(
      'the rest of a command',
    )
  })

  test('of a file that others follow is only cut where they hold nothing', async () => {
    const disk = diskWith({ 'a.1.incr.aof': set('a') + set('b').slice(0, 9), 'a.2.incr.aof': '' })
    expect(await loadFrom(disk)).toEqual({ keys: ['a'], cut: set('a').length })
    disk.put('/appendonlydir/a.2.incr.aof', Buffer.from(set('c')))
    await expect(loadFrom(disk)).rejects.toThrow('is not the last file')
  })
})

test('a base with a preamble, commands after it and increments are loaded in order', async () => {
  const writer = new RdbWriter()
  writer.database(0, 1, 0)
  writer.key('base', { value: stringValue('1'), expiresAt: null })
  writer.end()
  const base = `${writer.take().toString('latin1')}${set('tail')}`
  const disk = diskWith({ 'a.1.base.rdb': base, 'a.1.incr.aof': set('one'), 'a.2.incr.aof': set('two') })
  expect(await loadFrom(disk)).toEqual({ keys: ['base', 'tail', 'one', 'two'], cut: null })
})

test('a single file of Redis before 7.0 becomes the base of a manifest', async () => {
  const disk = new MemoryDisk()
  disk.put('/appendonly.aof', Buffer.from(set('old')))
  expect(await loadFrom(disk)).toEqual({ keys: ['old'], cut: null })
  const manifest = disk.content('/appendonlydir/appendonly.aof.manifest').toString()
  expect(manifest).toBe('file appendonly.aof seq 1 type b\n')
})

test('a new base takes the place of what came before only once it is whole', async () => {
  const disk = new MemoryDisk()
  const folder = await AofFolder.open(disk, place)
  await folder.addIncrement()
  await folder.replaceBase(1, 'rdb', (file) => file.write(0, Buffer.from('one')))
  await folder.addIncrement()
  disk.failing.set('write', 1)
  await expect(folder.replaceBase(2, 'rdb', (file) => file.write(0, Buffer.from('two')))).rejects.toThrow(
    'EIO',
  )
  expect(folder.files.map(({ name }) => name)).toHaveLength(3)
  await folder.replaceBase(2, 'rdb', (file) => file.write(0, Buffer.from('two')))
  expect(await disk.list('/appendonlydir')).toEqual([
    'appendonly.aof.2.base.rdb',
    'appendonly.aof.2.incr.aof',
    'appendonly.aof.manifest',
  ])
})

describe('a manifest', () => {
  test('reads back as it was written', () => {
    const names = fc.stringMatching(/^[\w. "\\-]{1,20}$/).filter((name) => name !== '..')
    fc.assert(
      fc.property(names, names, fc.nat(1e6), (base, other, sequence) => {
        const manifest = {
          base: { name: base, sequence: 1 },
          increments: [{ name: other, sequence }],
          history: [{ name: other, sequence: 7 }],
        }
        expect(parseManifest(formatManifest(manifest))).toEqual(manifest)
      }),
    )
  })

  test.each([
    ['file a seq 1 type b', 'a line that ends'],
    ['file a seq 1 type x\n', 'type b, i or h'],
    ['file a seq 1 type b\nfile b seq 2 type b\n', 'a second base'],
    ['file a seq 2 type i\nfile b seq 1 type i\n', 'growing'],
    ['file ../a seq 2 type i\n', 'without folders'],
  ])('%j is refused', (text, why) => {
    expect(() => parseManifest(text)).toThrow(why)
  })
})

/** Each unit in a batch of its own; each says that the ones before were synced, except for the last `unsynced`. */
function batches(units: readonly string[], unsynced: number): string {
  let text = ''
  const ends = [0]
  for (const unit of units) {
    const bytes = Buffer.from(unit, 'latin1')
    text += batchLine(text.length, bytes, unsynced === 0 ? 0 : (ends.at(-1) ?? 0)) + unit
    ends.push(text.length)
  }
  return text
}

function split(text: string, cuts: readonly number[]): Buffer[] {
  const file = Buffer.from(text, 'latin1')
  const places = [0, ...cuts.map((cut) => cut % (file.length + 1)).sort((a, b) => a - b), file.length]
  return places.slice(1).map((end, index) => file.subarray(places[index], end))
}

function unitsOf(pieces: readonly Uint8Array[]): (readonly (readonly string[])[])[] {
  const reader = new AofReader()
  const units = [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.finish()]
  return units.map(({ commands }) => commands)
}

function diskWith(files: Readonly<Record<string, string>>): MemoryDisk {
  const disk = new MemoryDisk()
  void disk.makeDirectory('/appendonlydir')
  const lines = Object.entries(files).map(([name, text], index) => {
    disk.put(`/appendonlydir/${name}`, Buffer.from(text, 'latin1'))
    return `file ${name} seq ${index + 1} type ${name.includes('base') ? 'b' : 'i'}\n`
  })
  disk.put('/appendonlydir/appendonly.aof.manifest', Buffer.from(lines.join('')))
  return disk
}

function load(text: string | Buffer, options: LoadOptions = {}): ReturnType<typeof loadFrom> {
  const file = typeof text === 'string' ? text : text.toString('latin1')
  return loadFrom(diskWith({ 'appendonly.aof.1.incr.aof': file }), options)
}

async function loadFrom(
  disk: MemoryDisk,
  options: LoadOptions = {},
): Promise<{ readonly keys: readonly string[]; readonly cut: number | null }> {
  const keys: string[] = []
  const { cut }: LoadResult = await loadAof(
    disk,
    await AofFolder.open(disk, place),
    {
      record: (record) => void (record.kind === 'key' && keys.push(record.key)),
      unit: (commands) => {
        for (const [, key = ''] of commands) keys.push(key)
      },
    },
    options,
  )
  return { keys, cut: cut?.offset ?? null }
}
