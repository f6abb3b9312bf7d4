// The compatibility test suite of command cases (github.com/tair-opensource/compatibility-test-suite-for-redis): all
// stand-alone cases up to Redis 7.0, each on a server that was emptied.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import type { Reply } from './resp/reply-decoder.ts'
import { Wire } from './testing/wire.ts'
import { startOurRedis } from './testing/our-redis.ts'
import { countSuite } from '../../sim/real/testing/count-suite.ts'

interface Case {
  readonly name: string
  readonly command: readonly string[]
  readonly result: readonly unknown[]
  readonly since: string
  readonly tags?: string
  readonly sort_result?: boolean
  readonly command_binary?: boolean
}

const file = join(
  process.env['CONFORMANCE_DIR'] ?? join(import.meta.dirname, '../../../shared/data'),
  'redis-cts/cts.json',
)
const isThere = existsSync(file)
if (!isThere) {
  if (!['', 'false'].includes(process.env['CI'] ?? ''))
    throw new Error(`no ${file}: CI needs the compatibility cases`)
  console.warn(`skipped: no ${file}: set CONFORMANCE_DIR to the folder of the compatibility cases`)
}

function isApplicable({ since, tags }: Case): boolean {
  const [major = 0, minor = 0] = since.split('.').map(Number)
  return tags !== 'cluster' && tags !== 'sentinel' && (major < 7 || (major === 7 && minor === 0))
}

/** Words of a command: blanks separate, double quotes keep together; binary commands have C's escapes. */
function wordsOf(text: string, isBinary: boolean): string[] {
  const words = (text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/s, '$1'))
  return isBinary ? words.map(unescaped) : words
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function unescaped(word: string): string {
  return word.replaceAll(/\\(?:x([0-9a-f]{2})|([abnrt"\\]))/gi, (_, hex?: string, letter = '') =>
    hex === undefined ? (escapes.get(letter) ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

function plain(reply: Reply | null): unknown {
  if (reply === null) return '(closed)'
  if ('items' in reply) return reply.items.map(plain)
  if (reply.kind === 'null') return null
  if (reply.kind === 'integer') return reply.value
  if (reply.kind === 'boolean') return reply.value
  return reply.kind === 'error' ? `error: ${reply.text}` : reply.text
}

function sorted(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : value
}

/** The first thing that is not as expected; null where all is. */
async function problemOf(each: Case, wire: Wire): Promise<string | null> {
  for (const [at, text] of each.command.entries()) {
    if (at >= each.result.length) break
    const got = plain(await wire.ask(...wordsOf(text, each.command_binary === true)))
    const [a, b] = each.sort_result === true ? [sorted(got), sorted(each.result[at])] : [got, each.result[at]]
    if (JSON.stringify(a) !== JSON.stringify(b))
      return `${each.name}: ${text}\n    got ${JSON.stringify(got)}, wanted ${JSON.stringify(each.result[at])}`
  }
  return null
}

test.skipIf(!isThere)(
  'every stand-alone case up to 7.0 gives the expected replies',
  async () => {
    const cases = (JSON.parse(readFileSync(file, 'utf8')) as readonly Case[]).filter(isApplicable)
    const server = await startOurRedis()
    const problems: string[] = []
    let passed = 0
    for (const each of cases) {
      const wire = await Wire.open(server.port)
      await wire.ask('FLUSHALL')
      const problem = await problemOf(each, wire)
      wire.close()
      if (problem === null) passed += 1
      else problems.push(problem)
    }
    await server.stop()
    expect(problems.join('\n')).toBe('')
    countSuite('compatibility cases of Redis commands', passed)
    expect(passed).toBe(351)
  },
  60_000,
)
