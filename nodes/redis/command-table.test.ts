// The command table against that of a real redis-server: arity, flags, key positions, ACL categories.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { commandTable } from './commands/index.ts'
import { hasRealRedis, type Pair, startPair } from './testing/differential.ts'
import type { Reply } from './resp/reply-decoder.ts'
import { shown, shownUnordered } from './testing/wire.ts'

function items(reply: Reply | undefined | null): readonly Reply[] {
  return reply !== undefined && reply !== null && 'items' in reply ? reply.items : []
}

/** Name, arity, flags, first, last, step, categories, tips, key specifications; the same of subcommands. */
function facts(info: Reply | undefined): readonly string[] {
  const [name, arity, flags, first, last, step, categories, tips, places, subcommands] = items(info)
  const own = [name, arity, flags, first, last, step, categories, tips, places]
    // Remarks of Redis's authors are theirs.
    .map((part) => shownUnordered(part ?? null, false).replaceAll(/ ?"notes" "[^"]*"/g, ''))
    .join(' ')
  return [own, ...items(subcommands).flatMap(facts)]
}

/** What is said of each command, without words: summaries, histories and remarks to times and replacements are their authors'. */
function described(docs: Reply | null): ReadonlyMap<string, string> {
  const all = new Map<string, string>()
  const visit = (reply: Reply | undefined | null): void => {
    const list = items(reply)
    for (let at = 0; at + 1 < list.length; at += 2) {
      const name = shownUnordered(list[at] ?? null)
      const fields = items(list[at + 1])
      const parts: string[] = []
      for (let place = 0; place + 1 < fields.length; place += 2) {
        const field = shownUnordered(fields[place] ?? null)
        const value = fields[place + 1]
        if (field === '"subcommands"') visit(value)
        else if (!['"summary"', '"history"', '"complexity"', '"replaced_by"'].includes(field))
          parts.push(`${field} ${shown(value)}`)
      }
      all.set(name, parts.join(' '))
    }
  }
  visit(docs)
  return all
}

describe.skipIf(!hasRealRedis).each([2, 3] as const)('COMMAND DOCS in RESP%i', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(async () => {
    await pair.stop()
  })

  test('describes each command in the shape of a real redis-server', async () => {
    const names = [...commandTable().keys()].sort()
    const ask = ['COMMAND', 'DOCS', ...names]
    const [real, ours] = await Promise.all([pair.real.ask(...ask), pair.ours.ask(...ask)])
    const expected = described(real)
    const got = described(ours)
    const differing = [...got].filter(([name, text]) => expected.get(name) !== text)
    console.log(`the documentation of ${got.size} commands and subcommands compared`)
    expect(got.size).toBeGreaterThan(300)
    const lines = differing.map(([name, text]) => `${name} ours ${text} real ${expected.get(name)}`)
    expect(lines.slice(0, 3)).toEqual([])
  })
})

describe.skipIf(!hasRealRedis)('the command table', () => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(3)
  })
  afterAll(async () => {
    await pair.stop()
  })

  test('says what a real redis-server says of each command', async () => {
    const names = [...commandTable().keys()].sort()
    const ask = ['COMMAND', 'INFO', ...names]
    const [real, ours] = await Promise.all([pair.real.ask(...ask), pair.ours.ask(...ask)])
    const expected = new Set(items(real).flatMap(facts))
    const different = items(ours)
      .flatMap(facts)
      .filter((fact) => !expected.has(fact))
    const byName = new Map([...expected].map((fact) => [fact.split(' ')[0], fact]))
    console.log(`${expected.size} commands and subcommands compared`)
    expect(items(ours).flatMap(facts).length).toBeGreaterThan(300)
    expect(different.map((fact) => `ours ${fact}\nreal ${byName.get(fact.split(' ')[0])}`).join('\n')).toBe(
      '',
    )
  })

  test.each([
    ['GETKEYS', 'MSET', 'a', '1', 'b', '2'],
    ['GETKEYS', 'SORT', 'a', 'BY', 'x', 'STORE', 'b'],
    ['GETKEYS', 'LMPOP', '2', 'a', 'b', 'LEFT'],
    ['GETKEYS', 'PING'],
    ['GETKEYSANDFLAGS', 'MSET', 'a', '1', 'b', '2'],
    ['GETKEYSANDFLAGS', 'SET', 'a', '1'],
    ['GETKEYSANDFLAGS', 'SET', 'a', '1', 'GET'],
    ['GETKEYSANDFLAGS', 'SORT', 'a', 'STORE', 'b'],
    ['GETKEYSANDFLAGS', 'BITFIELD', 'a', 'GET', 'u8', '0'],
    ['GETKEYSANDFLAGS', 'BITFIELD', 'a', 'SET', 'u8', '0', '1'],
    ['GETKEYSANDFLAGS', 'ZUNIONSTORE', 'a', '2', 'b', 'c'],
    ['GETKEYSANDFLAGS', 'XREAD', 'STREAMS', 'a', 'b', '0', '0'],
    ['GETKEYSANDFLAGS', 'EVAL', 'x', '1', 'k'],
    ['GETKEYSANDFLAGS', 'EVAL', 'x', '0'],
    ['GETKEYS', 'EVAL', 'x', '0'],
    ['GETKEYSANDFLAGS', 'GEORADIUS', 'a', '1', '1', '1', 'm', 'STORE', 'b'],
    ['GETKEYSANDFLAGS', 'BLPOP', 'a', 'b', '0'],
    ['GETKEYSANDFLAGS', 'MIGRATE', 'h', '1', 'a', '0', '1', 'AUTH', 'KEYS'],
    ['GETKEYSANDFLAGS', 'MIGRATE', 'h', '1', '', '0', '1', 'AUTH2', 'x', 'keys', 'KEYS', 'a', 'b'],
    ['GETKEYSANDFLAGS', 'MIGRATE', 'h', '1', 'a', '0', '1', 'KEYS', 'b'],
    ['GETKEYS', 'MIGRATE', 'h', '1', '', '0', '1', 'KEYS'],
    ['GETKEYSANDFLAGS', 'BITOP', 'and', 'a', 'b', 'c'],
    ['GETKEYSANDFLAGS', 'OBJECT', 'ENCODING', 'a'],
    ['GETKEYSANDFLAGS', 'PING', 'a'],
    ['GETKEYSANDFLAGS', 'nosuch', 'a'],
    ['GETKEYSANDFLAGS', 'GET'],
    ['GETKEYS', 'GET'],
    ['GETKEYS', 'nosuch', 'x'],
    ['INFO', 'nosuch'],
    ['nosuch'],
    ['LIST', 'FILTERBY', 'x'],
    ['DOCS', 'nosuch'],
  ])('COMMAND %s %s %s', async (...args) => {
    const ask = ['COMMAND', ...args.filter((arg) => arg !== undefined)]
    const [real, ours] = await Promise.all([pair.real.ask(...ask), pair.ours.ask(...ask)])
    expect(shownUnordered(ours)).toBe(shownUnordered(real))
  })
})
