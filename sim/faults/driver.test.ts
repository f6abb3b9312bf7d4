import { describe, expect, test } from 'vitest'

import { faultKinds } from './registry.ts'
import { fiveServers, RecordedWorld } from './testing/recorded-world.ts'
import { ms, seconds } from '../time.ts'

describe('a plan', () => {
  test('crashes a node and starts it again, and says who caused what', () => {
    const world = new RecordedWorld([{ kind: 'crash', node: 's1', at: '1s', for: '2s' }]).runTo(seconds(5))
    expect(world.story()).toMatchInlineSnapshot(`
      "    1s fault-begin #0 {"kind":"crash","at":1000000000,"for":2000000000,"node":"s1","connections":"reset","disk":"drawn"} [2 <- 1]
          1s s1: crash reset drawn [<- 2]
          3s fault-end #0 [3 <- 2]
          3s s1: start [<- 3]"
    `)
  })

  test('schedules one wake-up at a time', () => {
    const world = new RecordedWorld([
      { kind: 'pause', node: 's1', at: '1s', for: '1s' },
      { kind: 'pause', node: 's2', at: '2s', for: '1s' },
      { kind: 'pause', node: 's3', at: '500ms', for: '1s' },
    ])
    expect(world.waiting).toBe(1)
    expect(world.runTo(seconds(1)).waiting).toBe(1)
  })

  test('ends what ends before it begins what begins at the same instant', () => {
    const world = new RecordedWorld([
      { kind: 'pause', node: 's1', at: '2s', for: '1s' },
      { kind: 'crash', node: 's1', at: '1s', for: '1s' },
    ]).runTo(seconds(9))
    expect(world.lines.map((line) => line.replace(/ \{.*\}/, ''))).toEqual([
      '    1s fault-begin #1 [2 <- 1]',
      '    1s s1: crash reset drawn [<- 2]',
      '    2s fault-end #1 [3 <- 2]',
      '    2s s1: start [<- 3]',
      '    2s fault-begin #0 [4 <- 1]',
      '    2s s1: pause [<- 4]',
      '    3s fault-end #0 [5 <- 4]',
      '    3s s1: resume [<- 5]',
    ])
  })

  const examples: Readonly<Record<string, object>> = {
    crash: { node: 's1' },
    stop: { node: 's1' },
    pause: { node: 's1' },
    'slow-cpu': { node: 's1', factor: 10 },
    upgrade: { node: 's1', version: '2' },
    'clock-step': { node: 's1', by: '-5ms' },
    'clock-drift': { node: 's1', ppm: 100 },
    'clock-slew': { node: 's1', by: '5ms', ppm: 500 },
    partition: { shape: { kind: 'split', groups: [['s1'], ['s2', 's3']] } },
    hold: { links: { from: ['s1'], to: ['s2'] } },
    clog: { links: { from: ['s1'], to: ['s2'], isSymmetric: false }, added: '20ms' },
    loss: { ratio: 1 },
    duplication: { ratio: 0.5 },
    reordering: { ratio: 0.5, window: '5ms' },
    corruption: { ratio: 0.1 },
    bandwidth: { bytesPerSecond: 1000 },
    rule: { packets: { from: ['s1'], messages: ['vote'] }, verdict: { kind: 'drop' }, countMax: 2 },
    'names-stale': { node: 's1' },
    'names-fail': { node: 's1', name: 'store' },
    'names-change': { name: 'service', node: 's2' },
    'disk-read-error': { node: 's1' },
    'disk-write-error': { node: 's1', ratio: 0.5 },
    'fsync-failure': { node: 's1', paths: '/log' },
    'disk-full': { node: 's1' },
    'disk-slow': { node: 's1', factor: 7 },
    'disk-stall': { node: 's1' },
    'bit-rot': { node: 's1', bits: 3 },
    'misdirected-write': { node: 's1', count: 1 },
    'short-read': { node: 's1' },
  }

  test('reaches the world with every kind of fault, and takes back what lasts', () => {
    expect(Object.keys(examples)).toEqual([...faultKinds])
    const story = Object.entries(examples).map(([kind, fields]) => {
      const world = new RecordedWorld([{ kind, at: 0, ...fields }]).runTo(seconds(1))
      world.driver.heal(99)
      expect(world.driver.activeCount).toBe(0)
      const actions = world.lines.filter((line) => !line.includes('fault-')).map((line) => line.trim())
      return `${kind}: ${actions.join('; ')}`
    })
    expect(story.join('\n')).toMatchSnapshot()
  })
})

describe('faults that overlap', () => {
  test('a crash of a node that is down has no effect, then or at its end', () => {
    const world = new RecordedWorld([
      { kind: 'crash', node: 's1', at: '1s', for: '5s' },
      { kind: 'crash', node: 's1', at: '2s', for: '1s' },
    ]).runTo(seconds(4))
    expect(world.states.get('s1')).toBe('down')
    expect(world.driver.tallies().map(({ begun, effects }) => ({ begun, effects }))).toEqual([
      { begun: 1, effects: 1 },
      { begun: 1, effects: 0 },
    ])
    expect(world.runTo(seconds(6)).states.get('s1')).toBe('running')
  })

  test('a node goes on when its last pause is over', () => {
    const world = new RecordedWorld([
      { kind: 'pause', node: 's1', at: '1s', for: '2s' },
      { kind: 'pause', node: 's1', at: '2s', for: '3s' },
    ])
    expect(world.runTo(seconds(4)).states.get('s1')).toBe('paused')
    expect(world.runTo(seconds(5)).states.get('s1')).toBe('running')
  })

  test('a crash ends the pause of its node, and the end of the pause does nothing to what started since', () => {
    const world = new RecordedWorld([
      { kind: 'pause', node: 's1', at: '1s', for: '9s' },
      { kind: 'crash', node: 's1', at: '2s', for: '1s' },
      { kind: 'pause', node: 's1', at: '5s', for: '9s' },
    ])
    expect(world.runTo(seconds(4)).states.get('s1')).toBe('running')
    expect(world.runTo(seconds(12)).states.get('s1')).toBe('paused')
  })

  test('slow CPUs multiply, the last drift counts, and each takes back only its own', () => {
    const world = new RecordedWorld([
      { kind: 'slow-cpu', node: 's1', factor: 2, at: '1s', for: '4s' },
      { kind: 'slow-cpu', node: 's1', factor: 5, at: '2s', for: '1s' },
      { kind: 'clock-drift', node: 's1', ppm: 100, at: '6s', for: '4s' },
      { kind: 'clock-drift', node: 's1', ppm: -30, at: '7s', for: '1s' },
    ]).runTo(seconds(20))
    const actions = world.lines
      .filter((line) => line.includes('s1:'))
      .map((line) => line.split(' [')[0]?.trim())
    expect(actions).toEqual([
      '1s s1: cpu 2',
      '2s s1: cpu 10',
      '3s s1: cpu 2',
      '5s s1: cpu 1',
      '6s s1: drift 100',
      '7s s1: drift -30',
      '8s s1: drift 100',
      '10s s1: drift 0',
    ])
  })

  test('a node that crashes in an upgrade starts in the new version when the crash is over', () => {
    const world = new RecordedWorld([
      { kind: 'crash', node: 's1', at: '1s', for: '5s' },
      { kind: 'upgrade', node: 's1', version: '2', at: '2s', for: '1s' },
    ]).runTo(seconds(9))
    expect(world.lines.filter((line) => line.includes('start')).map((line) => line.split(' [')[0])).toEqual([
      '    6s s1: start in 2',
    ])
  })

  test('an upgrade without a length starts the new version as soon as the old one has stopped', () => {
    const world = new RecordedWorld([{ kind: 'upgrade', node: 's1', version: '2', at: '1s' }]).runTo(
      seconds(1),
    )
    expect(world.lines.slice(1).map((line) => line.split(' [')[0])).toEqual([
      '    1s s1: stop 1s',
      '    1s fault-end #0',
      '    1s s1: start in 2',
    ])
  })

  test('a node that ended itself over a failing disk starts again when the fault ends', () => {
    const world = new RecordedWorld([{ kind: 'fsync-failure', node: 's1', at: '1s', for: '2s' }]).runTo(
      seconds(2),
    )
    world.states.set('s1', 'down')
    expect(world.runTo(seconds(3)).states.get('s1')).toBe('running')
  })

  test('the end of a disk fault leaves a node alone that a crash holds down', () => {
    const world = new RecordedWorld([
      { kind: 'disk-full', node: 's1', at: '1s', for: '2s' },
      { kind: 'crash', node: 's1', at: '2s', for: '9s' },
    ])
    expect(world.runTo(seconds(4)).states.get('s1')).toBe('down')
  })
})

describe('healing', () => {
  test('ends all faults, starts every node, and begins nothing any more', () => {
    const world = new RecordedWorld([
      { kind: 'crash', node: 's1', at: '1s' },
      { kind: 'pause', node: 's2', at: '1s', for: '9s' },
      { kind: 'partition', shape: { kind: 'isolate', node: 's3' }, at: '1s' },
      { kind: 'crash', node: 's4', at: '5s' },
      { kind: 'crash', node: 's5', when: { kind: 'crash' } },
    ]).runTo(seconds(2))
    world.states.set('c1', 'down')
    world.states.set('c2', 'finished')
    world.driver.heal(50)
    world.happen({ kind: 'crash', node: 's1' })
    world.runTo(seconds(20))
    expect([...world.states]).toEqual([
      ['s1', 'running'],
      ['s2', 'running'],
      ['s3', 'running'],
      ['s4', 'running'],
      ['s5', 'running'],
      ['c1', 'running'],
      ['c2', 'finished'],
    ])
    expect(world.waiting).toBe(0)
    expect(world.driver.tallies().map(({ begun }) => begun)).toEqual([1, 1, 1, 0, 0])
    expect(world.lines.filter((line) => line.includes('fault-end'))).toHaveLength(3)
  })

  test('leaves stepped clocks as they are, or sets them right when asked to', () => {
    const plan = [{ kind: 'clock-step', node: 's1', by: '5ms', at: 0 }]
    const left = new RecordedWorld(plan).runTo(seconds(1))
    left.driver.heal(9)
    expect(left.story()).not.toContain('corrected')
    const corrected = new RecordedWorld(plan).runTo(seconds(1))
    corrected.driver.heal(9, 'corrected')
    expect(corrected.story()).toContain('s1: clock corrected [<- 9]')
  })
})

describe('a trigger', () => {
  const leaderCutOff = {
    kind: 'partition',
    shape: { kind: 'isolate', node: '$node' },
    for: '3s',
    when: { kind: 'probe', where: { name: 'role', 'value.role': 'leader' } },
  }
  const becomesLeader = (node: string) => ({ kind: 'probe', node, name: 'role', value: { role: 'leader' } })

  test('begins its fault in the step of the event, at the node of the event', () => {
    const world = new RecordedWorld([leaderCutOff]).runTo(seconds(1))
    world.happen({ kind: 'probe', node: 's2', name: 'role', value: { role: 'follower' } })
    world.happen(becomesLeader('s3'))
    world.happen(becomesLeader('s4'))
    expect(world.runTo(seconds(9)).story()).toMatchInlineSnapshot(`
      "    1s s2 probe [2]
          1s s3 probe [3]
          1s fault-begin #0 {"kind":"partition","at":1000000000,"for":3000000000,"shape":{"kind":"isolate","node":"s3","direction":"both"},"cuts":"in-flight"} [4 <- 3]
          1s block in-flight s3>s1 s3>s2 s3>s4 s3>s5 s3>c1 s3>c2 s1>s3 s2>s3 s4>s3 s5>s3 c1>s3 c2>s3 [<- 4]
          1s s4 probe [5]
          4s fault-end #0 [6 <- 4]
          4s release block in-flight"
    `)
  })

  test('waits for the count-th match, then begins at most timesMax times, each after its delay', () => {
    const when = { ...leaderCutOff.when, count: 2, timesMax: 2, delay: '10ms' }
    const world = new RecordedWorld([{ ...leaderCutOff, when }])
    for (const node of ['s1', 's2', 's3', 's4']) world.happen(becomesLeader(node))
    expect(world.driver.activeCount).toBe(0)
    world.runTo(ms(10))
    expect(
      world.lines
        .filter((line) => line.includes('fault-begin'))
        .map((line) => /"node":"(s\d)"/.exec(line)?.[1]),
    ).toEqual(['s2', 's3'])
  })

  test('hits all others of the group as one fault each', () => {
    const world = new RecordedWorld([
      { kind: 'crash', node: '$others', for: '1s', when: { kind: 'probe', nodes: ['s1', 's2'] } },
    ])
    world.happen({ kind: 'probe', node: 's3', name: 'x', value: 1 })
    world.happen({ kind: 'probe', node: 's2', name: 'x', value: 1 })
    expect([...world.states].filter(([, state]) => state === 'down').map(([node]) => node)).toEqual([
      's1',
      's3',
      's4',
      's5',
    ])
    expect(world.driver.tallies()).toEqual([{ index: 0, kind: 'crash', begun: 4, effects: 4, unresolved: 0 }])
    expect([...world.runTo(seconds(1)).states.values()]).not.toContain('down')
  })

  test('counts a match whose event has no node as unresolved', () => {
    const world = new RecordedWorld([{ kind: 'crash', node: '$node', when: { kind: 'phase' } }])
    world.happen({ kind: 'phase', node: '', phase: 'faults' })
    expect(world.driver.tallies()[0]).toEqual({
      index: 0,
      kind: 'crash',
      begun: 0,
      effects: 0,
      unresolved: 1,
    })
  })

  test('counts a match at a node that lacks the version as unresolved, and upgrades the others', () => {
    const versions = new Map([['c1', ['1']]])
    const when = { kind: 'probe', timesMax: 9 }
    const world = new RecordedWorld([{ kind: 'upgrade', node: '$node', version: '2', when }], {
      ...fiveServers,
      versions,
    })
    world.happen({ kind: 'probe', node: 'c1', name: 'x', value: 1 })
    world.happen({ kind: 'probe', node: 's1', name: 'x', value: 1 })
    expect(world.driver.tallies()[0]).toMatchObject({ begun: 1, unresolved: 1 })
    expect(world.story()).toContain('s1: start in 2')
    expect(world.story()).not.toContain('c1: stop')
  })

  test('asks to see only the kinds of events that it needs', () => {
    expect(new RecordedWorld([leaderCutOff]).driver.kinds).toEqual(['probe'])
    expect(new RecordedWorld([{ kind: 'pause', node: 's1', at: 0 }]).driver.kinds).toEqual([])
  })
})

test('effects that a lever reports are counted for the fault that pulled it', () => {
  const world = new RecordedWorld([
    { kind: 'loss', ratio: 1, at: 0, for: '1s' },
    { kind: 'loss', ratio: 1, at: 0, for: '1s' },
  ]).runTo(ms(1))
  world.origins[1]?.affected()
  world.origins[1]?.affected()
  expect(world.driver.tallies().map(({ effects }) => effects)).toEqual([0, 2])
})
