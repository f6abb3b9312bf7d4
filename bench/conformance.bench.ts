// The linearizability checker on recorded histories of real systems, reading included, against the time that Porcupine
// takes for them. The histories lie outside the project; without them there is nothing to measure.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { calls } from './baselines.ts'
import { expectCount } from './measure.ts'
import { measureRow, type Row } from './row.ts'
import { casRegister, judge, kv, type Model } from '../invariants/index.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const folder = join(process.env['CONFORMANCE_DIR'] ?? join(root, '../shared/data'), 'porcupine')

/** Porcupine's time is for so many etcd logs; those that are there are judged in turn until it was as many. */
const etcdJudgements = 102

interface Recorded {
  readonly text: string
  readonly model: Model
  readonly isLinearizable: boolean
}

/** Measures the rows about recorded histories; none when they are not there. */
export async function benchConformance(rounds: number): Promise<readonly Row[]> {
  if (!existsSync(join(folder, 'answers.txt'))) return []
  const largest = largestOf(/^c\d+-(?:ok|bad)\.txt$/)
  const specs = [
    { name: etcdName(), most: 0.3, histories: etcd() },
    {
      name: `largest KV history judged, ${largest}`,
      most: 0.1,
      histories: [recorded(largest, kv)],
    },
  ]
  const rows: Row[] = []
  for (const { name, most, histories } of specs) {
    const workload = { name, unit: 'pass', run: () => judgeAll(histories) }
    const budget = { bound: 'at-most', figure: most } as const
    const figure = (rate: number): number => 1 / rate
    rows.push(await measureRow({ name, unit: 's', workload, baseline: calls, budget, figure }, rounds))
  }
  return rows
}

const answers = new Map<string, string>()

function etcd(): readonly Recorded[] {
  const names = etcdNames()
  return Array.from({ length: etcdJudgements }, (_, index) =>
    recorded(names[index % names.length] as string, casRegister),
  )
}

function etcdName(): string {
  const { length } = etcdNames()
  return length === etcdJudgements
    ? `${length} etcd logs judged`
    : `${length} etcd logs judged in turn, ${etcdJudgements} in all`
}

function etcdNames(): readonly string[] {
  return namesOf(/^etcd_\d+\.log$/)
}

function namesOf(pattern: RegExp): readonly string[] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .toSorted()
}

function largestOf(pattern: RegExp): string {
  const size = (name: string): number => readFileSync(join(folder, name)).length
  return namesOf(pattern).reduce((largest, name) => (size(name) > size(largest) ? name : largest))
}

function recorded(name: string, model: Model): Recorded {
  if (answers.size === 0)
    for (const line of readFileSync(join(folder, 'answers.txt'), 'utf8').trim().split('\n')) {
      const [file, answer] = line.split(' ') as [string, string]
      answers.set(file, answer)
    }
  return {
    text: readFileSync(join(folder, name), 'utf8'),
    model,
    isLinearizable: answers.get(name) === 'true',
  }
}

function judgeAll(histories: readonly Recorded[]): number {
  let right = 0
  for (const { text, model, isLinearizable } of histories) {
    const { verdict } = judge(text, { model })
    if (verdict.kind === (isLinearizable ? 'linearizable' : 'not-linearizable')) right++
  }
  expectCount('verdicts as known', right, histories.length)
  return 1
}
