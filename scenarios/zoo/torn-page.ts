// A store appends each row to its log in one write of several sectors. A machine that loses power leaves some of these
// sectors and not others. When it starts again the store takes every row for valid that is long enough, so that it serves
// one which is half new and half nothing. Fixed as log formats commonly are: a row carries a checksum of itself, and one
// that does not agree with it ends the log. (Nobody was told that such a row was written: its sync had not returned.)

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { eventually, kv, linearizable, progress } from '../../invariants/index.ts'
import {
  type DataRecord,
  type File,
  group,
  hdd,
  ms,
  type Program,
  type Scenario,
  scenario,
  seconds,
  tornWrites,
} from '../../sim/index.ts'

const keys = 6
const sectorSize = 512
/** A row has this many columns, each of which fills a sector. */
const columns = 6
const rowSize = columns * sectorSize
const patience = ms(200)

/** A row's columns; the first one also holds the key and the checksum. */
interface Row {
  readonly key: number
  readonly value: string
}

/** Keeps one row a key, by appending it to a log. */
function store(isFixed: boolean): Program {
  return async (env) => {
    const log = await env.disk.open('/log', { create: true })
    await env.disk.syncDirectory('/')
    const found = await rowsIn(log, isFixed)
    const rows = new Map(found.map(({ key, value }) => [key, value]))
    let end = found.length * rowSize
    await log.truncate(end)
    let last = Promise.resolve()

    const put = async ({ id, key, value }: DataRecord, client: string): Promise<void> => {
      const row = { key: Number(key), value: value as string }
      await log.write(end, bytesOf(row))
      await log.sync()
      end += rowSize
      rows.set(row.key, row.value)
      env.messages.send(client, { kind: 'answer', id: id ?? null })
    }

    answers(env, 'get', ({ key }) => ({ value: rows.get(Number(key)) ?? null }))
    env.messages.on('put', async (call, client) => (last = last.then(async () => put(call, client))))
  }
}

/** A value is the text of its columns: whoever reads it sees whether they belong together. */
function bytesOf({ key, value }: Row): Uint8Array {
  const [first = '', ...others] = value.split(' ')
  const header = `${key} ${checksum(`${key} ${value}`)} ${first}`
  return Buffer.from([header, ...others].map((text) => text.padEnd(sectorSize)).join(''))
}

/** The rows of the log up to the first one that is not taken for valid. */
async function rowsIn(log: File, isChecked: boolean): Promise<readonly Row[]> {
  const content = Buffer.from(await log.read(0, await log.size()))
  const rows: Row[] = []
  for (let offset = 0; offset + rowSize <= content.length; offset += rowSize) {
    const [header = '', ...others] = Array.from({ length: columns }, (_, column) =>
      sectorText(content, offset + column * sectorSize),
    )
    const [key, sum, first = ''] = header.split(' ')
    const row = { key: Number(key), value: [first, ...others].join(' ') }
    if (sum === undefined) break
    if (isChecked && Number(sum) !== checksum(`${row.key} ${row.value}`)) break
    rows.push(row)
  }
  return rows
}

/** What stands in a sector; one that was never written is full of zeros. */
function sectorText(content: Buffer, offset: number): string {
  const text = content.toString('utf8', offset, offset + sectorSize).trimEnd()
  return text.startsWith('\0') ? '' : text
}

/** Adler-32. */
function checksum(text: string): number {
  let [low, high] = [1, 0]
  for (const byte of Buffer.from(text)) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  return high * 65_536 + low
}

/** Reads and writes rows, each write with columns of its own. */
const client: Program = (env) => {
  const ask = asker(env, patience)

  const call = async (f: 'get' | 'put', place: number): Promise<void> => {
    const key = env.randomFor(`call ${place}`).int(1, keys)
    const columnText = `${env.name}.${place}`
    const value = f === 'put' ? Array.from({ length: columns }, () => columnText).join(' ') : null
    const operation = env.invoke({ f, key, value })
    const answer = await ask('store-1', { kind: f, key, value })
    if (answer === null) operation.info('no answer')
    else operation.ok(answer['value'] ?? null)
  }

  arrive(env, {
    every: ms(20),
    mix: [
      [1, 'get'],
      [1, 'put'],
    ],
    call,
  })
}

const tornPage: Scenario = scenario({
  title: 'a store serves a row of which a crash left only some sectors',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('store', 1, store(isFixed), { quorum: 0 }),
    ...group('client', 3, client, { quorum: 0, operations: ['get', 'put'] }),
  ],
  disk: hdd,
  faults: [tornWrites({ of: 'store', every: seconds(1), for: [ms(50), ms(300)] })],
  invariants: [linearizable(kv), eventually(progress, { within: seconds(2) })],
  duration: seconds(5),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'torn-page',
  source:
    'Pillai et al., "All File Systems Are Not Created Equal: On the Complexity of Crafting Crash-Consistent Applications", OSDI 2014 (atomicity of appends and of writes of several blocks)',
  invariant: 'linearizable kv',
  seedsMax: 100,
  scenario: tornPage,
}

export default tornPage
