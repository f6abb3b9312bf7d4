// `faultline sweep` and `faultline list`.
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'

import { jsonLines, lastLine, type Said, Workplace } from './testing/workplace.ts'

let place: Workplace

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(() => {
  place = new Workplace()
})

afterAll(() => place.remove())

describe('a sweep', () => {
  test('runs every seed, and says the same with one thread or two', async () => {
    const sweep = (jobs: string): Promise<readonly object[]> =>
      place.faultline('sweep', 'clock.ts', '--seeds', '1..6', '--jobs', jobs, '--json').then(jsonLines)
    const [one, two] = await Promise.all([sweep('1'), sweep('2')])
    expect(one).toHaveLength(7)
    expect(one.slice(0, 6)).toEqual(two.slice(0, 6))
    expect(one.map((line) => 'seed' in line && line.seed).slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6])
    expect(one[6]).toMatchObject({
      passed: 6,
      failed: [],
      undecided: [],
      kept: [],
      known: [],
      isInterrupted: false,
    })
  })

  test('says of each failure how to get it back, and ends with a line that does', async () => {
    const words = ['--seeds', '1..20', '--failures-max', '2', '--set', 'end=violation', '--set', 'name=a b']
    const said = await place.faultline('sweep', 'clock.ts', ...words)
    expect(said.code).toBe(1)
    expect(said.out).toContain('1..20: 0 passed, 2 failed, 0 undecided')
    const again = /seed 2 {2}never late: .*\n +(npx faultline run .*)\n/.exec(said.out)?.[1] ?? ''
    expect(again).toBe("npx faultline run clock.ts --seed 2 --set end=violation --set 'name=a b'")
    expect((await place.shell(`${again} --json`)).out).toContain('"name":"a b"')
    expect((await place.shell(lastLine(said))).out).toMatch(/^same {2}/)
  })

  test('annotates each failure for CI with the line that runs it anywhere, and exits as ever', async () => {
    const words = ['--seeds', '1..2', '--set', 'end=violation', '--set', 'name=50%, or so']
    const said = await place.faultline('sweep', 'clock.ts', ...words, '--ci')
    expect(said.code).toBe(1)
    const annotations = said.out.split('\n').filter((line) => line.startsWith('::'))
    expect(annotations).toHaveLength(2)
    expect(annotations[0]).toMatch(
      /^::error title=clock\.ts seed 1%3A never late::.*%0Anpx faultline run clock\.ts --seed 1 --set end=violation --set 'name=50%25, or so'$/,
    )
    expect(lastLine(said)).toMatch(/^npx faultline replay /)
    const passing = await place.faultline('sweep', 'clock.ts', '--seeds', '1..2', '--ci')
    expect([passing.code, passing.out.includes('::error')]).toEqual([0, false])
    expect((await place.faultline('sweep', 'clock.ts', '--ci', '--json')).code).toBe(2)
  })

  test('keeps a failure with what is left of it, and tries that first the next time', async () => {
    // Nothing is known yet in a place of its own.
    const place = new Workplace()
    onTestFinished(() => place.remove())
    const words = [
      'sweep',
      'clock.ts',
      '--seeds',
      '3..4',
      '--set',
      'end=violation',
      '--set',
      'name=kept',
      '--json',
    ]
    const [first, second] = [
      jsonLines(await place.faultline(...words)),
      jsonLines(await place.faultline(...words)),
    ]
    const [kept] = (first.at(-1) as { readonly kept: readonly { readonly folder: string }[] }).kept
    expect(first.at(-1)).toMatchObject({ known: [], kept: [{ seed: 3, isNew: true, isMinimal: true }] })
    expect(second.at(-1)).toMatchObject({
      known: [{ folder: kept?.folder, name: 'never late', stillFails: true }],
      kept: [{ folder: kept?.folder, isNew: false }],
    })
    for (const file of ['failure.json', 'plan.json', 'shrunk-plan.json', 'trace.ndjson.gz', 'report.txt'])
      expect((await place.shell(`ls ${kept?.folder}`)).out).toContain(file)
  })

  test('has exit code 3 when a seed could not be judged', async () => {
    const said = await place.faultline('sweep', 'clock.ts', '--seeds', '1..2', '--set', 'end=undecided')
    expect(said.code).toBe(3)
    expect(said.out).toContain('0 passed, 0 failed, 2 undecided')
  })

  test('warns of what was not tested, and fails for it where that is asked for', async () => {
    place.write('vacuous.ts', vacuousScenario)
    const words = ['sweep', 'vacuous.ts', '--seeds', '1..4']
    const [said, strict, json] = await Promise.all([
      place.faultline(...words),
      place.faultline(...words, '--strict'),
      place.faultline(...words, '--json'),
    ])
    expect([said.code, strict.code]).toEqual([0, 1])
    expect(said.out).toContain('faults of kind clock-step changed nothing that programs were given in')
    expect(jsonLines(json).at(-1)).toMatchObject({
      faults: [{ kind: 'clock-step', planned: 4, fired: 4, sample: { sampled: 4, changed: 0 } }],
      invariants: [{ seeds: 4 }, { invariant: 'never late', looked: 0, seeds: 0 }],
      points: [{ point: 'reachable moon', seeds: 0 }],
      sites: [{ site: 'nap', passed: 4, taken: 0 }],
      warnings: [
        expect.stringContaining('clock-step'),
        'invariant "never late" never looked at anything',
        'no seed reached "reachable moon"',
        'buggify site "nap" was passed in 4 seeds and never taken',
      ],
    })
  })

  test('of a shard runs every nth seed only, and none that there is not', async () => {
    const words = ['sweep', 'clock.ts', '--seeds', '3..8']
    const lines = jsonLines(await place.faultline(...words, '--shard', '2/3', '--json'))
    expect(lines.slice(0, -1).map(({ seed }) => seed)).toEqual([4, 7])
    const none = await place.faultline(...words, '--shard', '7/7')
    expect([none.code, none.error]).toEqual([
      2,
      'faultline: --shard: got part 7 of 7, wanted at most 6 parts\n',
    ])
  })

  test('says with --coverage which parts of the programs no seed came to, whatever the threads', async () => {
    place.write(
      'branchy.ts',
      [
        "import { node, type Program, scenario, seconds } from 'faultline'",
        'interface Choice { readonly isTaken: boolean }',
        'const choose = (draw: number): Choice => ({ isTaken: draw < 2 })',
        'const program: Program = (env): void => {',
        '  const choice: Choice = choose(env.random.float())',
        "  if (choice.isTaken) env.log.info('always')",
        "  else env.log.info('never')",
        '}',
        'function unused(): number {',
        '  return 7',
        '}',
        "export default scenario({ title: 'branchy', nodes: () => [node('a', program)], duration: seconds(1) })",
        'export { unused }',
      ].join('\n'),
    )
    const words = ['sweep', 'branchy.ts', '--seeds', '1..6', '--coverage', '--effects', '0']
    const [one, two, plain] = await Promise.all([
      place.faultline(...words),
      place.faultline(...words, '--jobs', '2'),
      place.faultline('sweep', 'branchy.ts', '--seeds', '1..6', '--json'),
    ])
    expect(one.out).toMatch(/branchy\.ts +never reached: 7:\d+-\d+, 9(:\d+)?-1[01]\n/)
    const programs = (out: string): string | undefined => /programs[^]*?never reached: .*/.exec(out)?.[0]
    expect(programs(two.out)).toBe(programs(one.out))
    const withJson = await place.faultline(...words, '--json')
    const digests = (lines: readonly unknown[]): readonly unknown[] =>
      lines.map((line) => (line as { readonly digest?: string }).digest)
    expect(digests(jsonLines(withJson))).toEqual(digests(jsonLines(plain)))
  })

  test('guided by what it reaches gives each mutant that fails a line that runs it, whatever the threads', async () => {
    const words = [
      'sweep',
      'zoo/double-run',
      '--seeds',
      '1..96',
      '--guided',
      '--effects',
      '0',
      '--shrink-seconds',
      '0',
    ]
    const [one, two] = [
      await place.faultline(...words, '--json'),
      await place.faultline(...words, '--json', '--jobs', '2'),
    ]
    const ofSeeds = (said: Said): readonly unknown[] => jsonLines(said).slice(0, 96)
    expect(ofSeeds(two)).toEqual(ofSeeds(one))
    const report = jsonLines(one).at(-1) as {
      readonly failed?: readonly { readonly command: string }[]
      readonly guided?: { readonly mutants: number }
    }
    expect(report.guided?.mutants).toBeGreaterThan(20)
    const mutant = report.failed?.find(({ command }) => command.includes('--variation'))?.command ?? ''
    const again = await place.shell(mutant)
    expect([again.code, again.out.split(' ')[0]]).toEqual([1, 'violated'])
    const refused = await place.faultline(...words, '--shard', '1/2')
    expect([refused.code, refused.error]).toEqual([2, expect.stringContaining('cannot be used with option')])
  })

  test('that is asked to stop while it shrinks keeps what it has found', async () => {
    const words = 'zoo/membership-overlap --seeds 1..8 --shrink-seconds 600 --effects 0'
    // It is asked a moment after it has told of the seeds: from then on it shrinks.
    const said = await place.shell(
      `'${process.execPath}' node_modules/.bin/faultline sweep ${words} > told & ` +
        `for i in $(seq 600); do grep -q 'overlap --seed 2' told && break; sleep 0.1; done; ` +
        `sleep 1.5; kill -TERM $!; wait $!; cat told`,
    )
    expect(said.out).toContain('time was up before nothing more could be left out')
    expect(said.out).toContain('kept in .faultline/membership-overlap/')
  })

  test('with --ci prints lines for mutants that name no file', async () => {
    const words = [
      'zoo/double-run',
      '--seeds',
      '1..64',
      '--guided',
      '--effects',
      '0',
      '--shrink-seconds',
      '0',
    ]
    const said = await place.faultline('sweep', ...words, '--ci')
    const lines = said.out.split('\n').filter((line) => line.startsWith('::error'))
    const mutant =
      lines
        .find((line) => line.includes('--variation'))
        ?.split('%0A')
        .at(-1) ?? ''
    expect(mutant).toMatch(/--plan '\[.*\]' --variation '?\{/)
    const again = await place.shell(mutant.replaceAll('%25', '%'))
    expect([again.code, again.out.split(' ')[0]]).toEqual([1, 'violated'])
  })

  test('runs under flags of Node that threads do not take', async () => {
    const command =
      'node --max-semi-space-size=32 node_modules/.bin/faultline sweep clock.ts --seeds 1..4 --jobs 2'
    expect((await place.shell(command)).out).toContain('1..4: 4 passed')
  })

  test('that was killed goes on where it was, and leaves nothing to go on with', async () => {
    const words = ['sweep', 'clock.ts', '--seeds', '1..600', '--set', 'level=7']
    const journal = '.faultline/clock/sweep-*.ndjson'
    const kill = `until [ "$(cat ${journal} | wc -l)" -gt 5 ]; do :; done; kill -9 $!`
    await place.shell(`node_modules/.bin/faultline ${words.join(' ')} & ${kill}`)
    const resumed = await place.faultline(...words, '--resume')
    expect([resumed.code, resumed.out]).toEqual([0, expect.stringMatching(/^going on after \d+ seeds\n/)])
    expect(resumed.out).toContain('1..600: 600 passed, 0 failed, 0 undecided')
    expect((await place.shell(`ls ${journal}`)).code).not.toBe(0)
    expect((await place.faultline(...words, '--seeds', '1', '--resume')).out).toContain(
      'nothing to go on with',
    )
  })

  test('says how to go on when it is interrupted, and refuses a journal that is damaged', async () => {
    const words = ['sweep', 'clock.ts', '--seeds', '1..600', '--set', 'level=8']
    const journal = '.faultline/clock/sweep-*.ndjson'
    const interrupt = `until [ "$(cat ${journal} | wc -l)" -gt 5 ]; do :; done; kill -2 $!; wait $!`
    // A shell lets what it starts in the background ignore interrupts, unless it has a job control of its own.
    const said = await place.shell(`set -m; node_modules/.bin/faultline ${words.join(' ')} & ${interrupt}`)
    expect([said.code, lastLine(said)]).toEqual([3, `npx faultline ${words.join(' ')} --resume`])
    await place.shell(`for file in ${journal}; do sed -i 3s/seed/seat/ $file; done`)
    const refused = await place.shell(lastLine(said))
    expect([refused.code, refused.error]).toEqual([2, expect.stringContaining('line 3: seed: got nothing')])
  })

  test('stops at a plateau, and says what it has reached', async () => {
    const words = ['sweep', 'clock.ts', '--seeds', '1..500', '--until-plateau', '5']
    const said = await place.faultline(...words)
    expect(said.code).toBe(0)
    expect(said.out).toContain('1..500: 6 passed, 0 failed, 0 undecided')
    expect(said.out).toContain('3 features, the last new one came with seed 1: a plateau')
  })

  test('looks for leaks when asked to', async () => {
    const words = ['--seeds', '4', '--set', 'end=leak']
    const [checked, unchecked] = await Promise.all([
      place.faultline('sweep', 'clock.ts', ...words, '--checked'),
      place.faultline('sweep', 'clock.ts', ...words),
    ])
    expect(checked.out).toContain('seed 4  leak: ')
    expect(checked.code).toBe(1)
    expect(unchecked.code).toBe(0)
  })

  test('takes one plan for all seeds', async () => {
    place.write('none.json', '[]')
    const lines = jsonLines(
      await place.faultline('sweep', 'clock.ts', '--seeds', '1..2', '--plan', 'none.json', '--json'),
    )
    expect(lines.at(-1)).toMatchObject({ passed: 2, faults: [] })
  })
})

describe('the list', () => {
  test('has a line for each shipped scenario, in JSON as well', async () => {
    const [text, json] = await Promise.all([place.faultline('list'), place.faultline('list', '--json')])
    const names = jsonLines(json).map(({ name }) => name)
    expect(names).toContain('chaos')
    const lines = text.out.split('\n').filter((line) => line !== '' && !line.startsWith('The zoo'))
    expect(lines.map((line) => line.split(' ')[0])).toEqual(names)
    for (const line of jsonLines(json)) expect(line).toMatchObject({ title: expect.any(String) })
  })

  test('has the zoo in a section of its own, by names that can be run', async () => {
    const lines = jsonLines(await place.faultline('list', '--json'))
    const zoo = lines.filter(({ section }) => section === 'zoo').map(({ name }) => String(name))
    expect(zoo.length).toBeGreaterThan(0)
    expect(zoo.every((name) => name.startsWith('zoo/'))).toBe(true)
    const swept = await place.faultline('sweep', zoo[0] ?? '', '--seeds', '1..2', '--set', 'isFixed=true')
    expect(swept.code).toBe(0)
  })
})

/** A scenario that tests nothing of what it has: its buggify site is passed once a run, and taken on none of the first seeds. */
const vacuousScenario = `import { ms, node, scenario } from 'faultline'
import { always, onProbe, reachable } from 'faultline/invariants'

export default scenario({
  title: 'nothing is tested',
  nodes: () => [node('a', (env) => {
    env.timers.after(ms(50), () => env.buggify('nap'))
  })],
  faults: [{ kind: 'clock-step', node: 'a', at: ms(10), by: ms(20) }],
  buggify: true,
  invariants: [always('never late', onProbe('late', () => true)), reachable('moon')],
  duration: ms(100),
})
`
