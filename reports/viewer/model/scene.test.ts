// What is found out about a run before it is drawn: calls, states, faults, what nodes waited for, lanes.
import { expect, test } from 'vitest'

import { callText } from './call-text.ts'
import { NodeStates } from './node-state.ts'
import { makeScene } from './scene.ts'
import { colourNumbers } from './states.ts'
import { callWindow } from './window.ts'
import { call } from '../../testing/event-sketches.ts'
import { type EventSketch, eventsFrom, runFrom } from '../../testing/run-from.ts'
import { CausalGraph } from '../../../sim/index.ts'

test('calls that overlap stand in rows of their own, and one that ends makes room', () => {
  const run = runFrom([
    call('invoke', 1, 1),
    call('invoke', 2, 2),
    call('ok', 1, 3, { value: 7 }),
    call('invoke', 3, 4),
    call('fail', 2, 5),
    call('info', 3, 6, { error: 'no answer' }),
    call('invoke', 4, 7),
  ])
  const { spans, rows } = makeScene([run]).runs[0]!.operations
  expect(spans.map(({ id, row, phase }) => `${id}:${row}:${phase}`)).toEqual([
    '1:0:ok',
    '2:1:fail',
    '3:0:info',
    '4:0:open',
  ])
  expect(rows.get(run.info.nodes.indexOf('client'))).toBe(2)
  expect(spans.map(callText)).toEqual([
    'read x → ok 7',
    'read x → failed',
    'read x → unknown',
    'read x → never ended',
  ])
})

test('an end without a beginning, as in a part of a run, is no call', () => {
  expect(makeScene([runFrom([call('ok', 9, 1)])]).runs[0]!.operations.spans).toEqual([])
})

test('states are what nodes publish as role, phase, leader or primary, and end with the program', () => {
  const run = runFrom([
    { kind: 'start', node: 'a', incarnation: 1, version: '1' },
    { kind: 'probe', node: 'a', name: 'raft.role', value: { term: 3, role: 'leader' } },
    { kind: 'probe', node: 'a', name: 'raft.commit', value: { term: 3, index: 1 } },
    { kind: 'crash', node: 'a', connections: 'reset' },
    { kind: 'probe', node: 'b', name: 'primary', value: 2 },
  ])
  const { states } = makeScene([run]).runs[0]!
  expect(states.map(({ state, detail, from, to }) => [state, detail, from, to])).toEqual([
    ['leader', 'term 3', 2, 4],
    ['primary', '2', 5, 5],
  ])
})

test('a leader has the same colour in every run, and other states have colours of their own', () => {
  const span = (state: string) => ({ node: 0, from: 1, to: 2, state, detail: '' })
  const numbers = colourNumbers(['odd', 'leader', 'even'].map(span))
  expect([...numbers]).toEqual([
    ['odd', 4],
    ['leader', 0],
    ['even', 5],
  ])
})

test('faults last from begin to end, concern the nodes that they name, and stand in rows', () => {
  const run = runFrom([
    { kind: 'start', node: 'a', at: 0, incarnation: 1, version: '1' },
    { kind: 'start', node: 'b', at: 0, incarnation: 1, version: '1' },
    {
      kind: 'fault-begin',
      at: 1,
      index: 0,
      fault: { kind: 'partition', shape: { kind: 'isolate', node: 'b' } },
    },
    { kind: 'fault-begin', at: 2, index: 1, fault: { kind: 'disk-slow', for: 3, node: 'a', factor: 2 } },
    { kind: 'fault-end', at: 3, index: 0, faultKind: 'partition' },
    { kind: 'fault-begin', at: 4, index: 2, fault: { kind: 'clock-step', node: 'a', by: 3 } },
    { kind: 'fault-end', at: 4, index: 2, faultKind: 'clock-step' },
    { kind: 'fault-begin', at: 5, index: 3, fault: { kind: 'loss', links: { from: 'any', to: 'any' } } },
    { kind: 'phase', at: 8, phase: 'healed' },
    { kind: 'phase', at: 9, phase: 'end' },
  ])
  const { faults } = makeScene([run]).runs[0]!
  expect(
    faults.map(({ kind, family, from, to, nodes, row }) => [kind, family, from, to, nodes, row]),
  ).toEqual([
    ['partition', 'network', 3, 5, [1], 0],
    ['disk-slow', 'disk', 4, 10, [0], 1],
    ['clock-step', 'clock', 6, 9, [0], 0],
    ['loss', 'network', 8, 10, null, 2],
  ])
})

test('more faults at once than there are rows share those in which none began for longest, and names end where others begin', () => {
  const begin = (index: number, kind = 'clock-step'): EventSketch => ({
    kind: 'fault-begin',
    at: index + 1,
    index,
    fault: { kind, node: 'a', by: 3 },
  })
  const run = runFrom([
    { kind: 'start', node: 'a', at: 0, incarnation: 1, version: '1' },
    ...Array.from({ length: 12 }, (_, index) => begin(index)),
    { kind: 'phase', at: 40, phase: 'healed' },
    { ...begin(12), at: 50 },
    { kind: 'phase', at: 90, phase: 'end' },
  ])
  const { faults } = makeScene([run]).runs[0]!
  expect(faults.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 0])
  expect(faults.map(({ from, labelTo }) => [from, labelTo])).toEqual([
    [2, 12],
    [3, 13],
    ...[4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((from) => [from, 14]),
    [15, 16],
  ])
})

test('the state of a node: what it published, calls, timers, files that were not synced, messages on their way', () => {
  const run = runFrom([
    { kind: 'start', node: 'a', incarnation: 1, version: '1' },
    { kind: 'timer-set', node: 'a', timer: 1, due: 9 },
    { kind: 'probe', node: 'a', name: 'count', value: 1 },
    { kind: 'disk-request', node: 'a', operation: 'write', path: '/log', bytes: '' },
    { kind: 'disk-result', node: 'a', cause: 4, operation: 'write', path: '/log' },
    { kind: 'send', node: 'b', target: 'a', size: 1, message: {} },
    { kind: 'disk-request', node: 'a', operation: 'sync', path: '/log' },
    { kind: 'disk-request', node: 'a', operation: 'write', path: '/late', bytes: '' },
    { kind: 'disk-result', node: 'a', cause: 7, operation: 'sync', path: '/log' },
    { kind: 'probe', node: 'a', name: 'count', value: 2 },
    { kind: 'crash', node: 'a', connections: 'silent' },
    { kind: 'disk-crash', node: 'a', path: '/late', kept: 0, lost: 1, torn: 0 },
    { kind: 'start', node: 'a', incarnation: 2, version: '1' },
  ])
  const states = new NodeStates(makeScene([run]).runs[0]!)
  const at = (seq: number) => states.at(run.info.nodes.indexOf('a'), seq)
  expect(at(6)).toMatchObject({
    life: 'up',
    probes: [{ name: 'count', value: 1, seq: 3 }],
    queues: { incoming: 1, timers: 1, disk: 0 },
    unsynced: [{ path: '/log', change: 'written', seq: 4 }],
  })
  expect(at(10)).toMatchObject({
    probes: [{ value: 2 }],
    queues: { disk: 1 },
    unsynced: [{ path: '/late', change: 'written', seq: 8 }],
  })
  expect(at(12)).toMatchObject({ life: 'down (crash)', queues: { timers: 0, disk: 0 }, unsynced: [] })
  expect(at(13)).toMatchObject({ life: 'up, incarnation 2', queues: { timers: 0, disk: 0 } })
})

test('a node that did not come back is down at the end, and what was opened with sync is certain once it is answered', () => {
  const run = runFrom([
    { kind: 'start', node: 'a', incarnation: 1, version: '1' },
    { kind: 'disk-request', node: 'a', operation: 'open', path: '/log', flags: 'create,sync' },
    { kind: 'disk-request', node: 'a', operation: 'append', path: '/log', bytes: '' },
    { kind: 'disk-result', node: 'a', cause: 3, operation: 'append', path: '/log', size: 0 },
    { kind: 'exit', node: 'a', code: 1 },
    { kind: 'phase', phase: 'end' },
  ])
  const states = new NodeStates(makeScene([run]).runs[0]!)
  const at = (seq: number) => states.at(run.info.nodes.indexOf('a'), seq)
  expect(at(3).unsynced).toHaveLength(1)
  expect(at(4).unsynced).toEqual([])
  expect([5, 6].map((seq) => at(seq).life)).toEqual(['down (exit)', 'down (exit)'])
})

test('a file is not certain until it is synced, a rename or removal until its directory is', () => {
  const result = (cause: number, operation: string, path: string, error?: string): EventSketch => ({
    kind: 'disk-result',
    node: 'a',
    cause,
    operation,
    path,
    ...(error === undefined ? {} : { error }),
  })
  const request = (operation: string, path: string, target?: string): EventSketch => ({
    kind: 'disk-request',
    node: 'a',
    operation,
    path,
    ...(target === undefined ? {} : { target }),
  })
  const run = runFrom([
    request('write', '/d/new'),
    request('sync', '/d/new'),
    result(2, 'sync', '/d/new', 'EIO'),
    request('rename', '/d/new', '/d/log'),
    result(4, 'rename', '/d/new'),
    request('sync', '/d/log'),
    result(6, 'sync', '/d/log'),
    request('sync-directory', '/d'),
    result(8, 'sync-directory', '/d'),
    request('unlink', '/d/log'),
    result(10, 'unlink', '/d/log'),
    { kind: 'crash', node: 'a', connections: 'silent' },
    { kind: 'disk-crash', node: 'a', path: '/d', kept: 1, lost: 0, torn: 0 },
  ])
  const states = new NodeStates(makeScene([run]).runs[0]!)
  const at = (seq: number) =>
    states.at(run.info.nodes.indexOf('a'), seq).unsynced.map(({ path, change, seq }) => [path, change, seq])
  expect(at(3)).toEqual([['/d/new', 'written', 1]])
  expect(at(5)).toEqual([
    ['/d/log', 'written', 5],
    ['/d/log', 'renamed', 5],
  ])
  expect(at(7)).toEqual([['/d/log', 'renamed', 5]])
  expect(at(9)).toEqual([])
  expect(at(11)).toEqual([['/d/log', 'removed', 11]])
  expect(at(13)).toEqual([])
})

test('the past of an event is the one that the simulator tells', () => {
  const sketches: readonly EventSketch[] = Array.from({ length: 300 }, (_, place) => ({
    kind: place % 7 === 0 ? 'timer-fire' : 'probe',
    node: `n${(place * place) % 5}`,
    cause: Math.floor(place * 0.8),
    name: 'x',
    value: place,
  }))
  const graph = new CausalGraph()
  for (const event of eventsFrom(sketches)) graph.add(event)
  const { causes } = makeScene([runFrom(sketches)]).runs[0]!
  for (const seq of [1, 2, 77, 300]) expect(causes.past(seq, 40)).toEqual(graph.slice(seq, { eventsMax: 40 }))
  expect(causes.effectsOf(8)).toEqual([11, 12])
  expect(causes.future(8, 4)).toEqual([8, 11, 12, 15])
})

test('the window of a violation has its calls, and others of the same object at the same time', () => {
  const run = runFrom([
    call('invoke', 1, 0),
    call('invoke', 2, 100),
    call('invoke', 3, 150, { key: 'other' }),
    call('ok', 1, 200),
    call('invoke', 4, 300),
    call('ok', 2, 400),
    call('ok', 4, 500),
  ])
  const scene = makeScene([run]).runs[0]!
  const bars = callWindow(scene, [2, 6])
  expect(bars.map(({ span, isWitness, left, width }) => [span.id, isWitness, left, width])).toEqual([
    [2, true, 0, 1],
    [1, false, 0, 1 / 3],
    [4, false, 2 / 3, 1 - 2 / 3],
  ])
  expect(callWindow(scene, [3000])).toEqual([])
})

test('lanes: faults first, then each node with its calls; of two runs, lane below lane', () => {
  const sketches = [
    { kind: 'phase', phase: 'faults' },
    call('invoke', 1, 5),
    { kind: 'pause', node: 'store' },
  ]
  const [a, b] = [runFrom(sketches), runFrom([...sketches, { kind: 'pause', node: 'only-b' }])]
  const { lanes, height, runs } = makeScene([a, b])
  expect(lanes.map(({ run, kind, name }) => `${'AB'[run]} ${kind} ${name}`)).toEqual([
    'A world faults',
    'B world faults',
    'A node client',
    'A operations client',
    'B node client',
    'B operations client',
    'A node store',
    'B node store',
    'B node only-b',
  ])
  for (const [place, lane] of lanes.slice(1).entries())
    expect(lane.top).toBeGreaterThanOrEqual(lanes[place]!.top + lanes[place]!.height)
  expect(height).toBeGreaterThan(lanes.at(-1)!.top)
  expect(runs[1]!.laneOf[b.info.nodes.indexOf('only-b')]).toBe(8)
})
