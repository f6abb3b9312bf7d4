import { describe, expect, test } from 'vitest'

import type { AloneResult, Event } from '../sim/index.ts'
import { aloneReport } from './alone-report.ts'

const ms = 1_000_000

function event(seq: number, kind: string, own: object, cause: number): Event {
  const object: object = { seq, at: seq * ms, node: 'store-2', kind, cause, ...own }
  return object as Event
}

const vote = { kind: 'raft.vote', term: 4 }
const asked = event(97, 'deliver', { source: 'store-3', message: vote }, 96)
const askedAgain = event(101, 'deliver', { source: 'store-1', message: vote }, 99)
const reply = (isGranted: boolean): Event =>
  event(102, 'send', { target: 'store-1', size: 20, message: { kind: 'raft.vote-reply', isGranted } }, 101)
const done = { node: 'store-2', inputs: 1204, outputs: 1733 }
const before = [asked, askedAgain]

describe('the report of a node alone', () => {
  test('says what was fed and compared when all is the same', () => {
    const same: AloneResult = { kind: 'same', ...done }
    expect(aloneReport(same, [])).toBe('same  1,204 inputs fed to store-2 alone, 1,733 outputs compared')
    expect(aloneReport(same, [{ path: 'parameters.mutant', a: 'none', b: 'vote-twice' }])).toContain(
      'parameters.mutant: recorded none, now vote-twice',
    )
  })

  test('shows both versions of the output that differs, what changed, and the inputs before', () => {
    const result: AloneResult = {
      kind: 'diverged',
      ...done,
      divergence: {
        kind: 'output',
        recorded: reply(false),
        produced: reply(true),
        difference: { path: 'message.isGranted', a: false, b: true },
        before,
      },
    }
    const changes = [{ path: 'fingerprint', a: '0a0a', b: '0b0b' }]
    expect(`\n${aloneReport(result, changes)}\n`).toMatchInlineSnapshot(`
      "
      diverged  message.isGranted: recorded false, now true; until then 1,204 inputs fed to store-2 alone, 1,733 outputs compared
        recorded:
          #102  0.102000000s  store-2  send  to store-1  raft.vote-reply  isGranted false  <- #101
        now:
          #102  0.102000000s  store-2  send  to store-1  raft.vote-reply  isGranted true  <- #101
        what changed:
          fingerprint: recorded 0a0a, now 0b0b
        the inputs before:
           #97  0.097000000s  store-2  deliver  from store-3  raft.vote  term 4  <- #96
          #101  0.101000000s  store-2  deliver  from store-1  raft.vote  term 4  <- #99
      "
    `)
  })

  test('tells an output that is missing from one too many, and from an input that is not taken', () => {
    const missing = {
      kind: 'output',
      recorded: reply(false),
      produced: null,
      difference: null,
      before,
    } as const
    const surplus = {
      kind: 'output',
      recorded: null,
      produced: reply(true),
      difference: null,
      before,
    } as const
    const deaf = { kind: 'input', recorded: askedAgain, before: [asked] } as const
    const reports = [missing, surplus, deaf].map((divergence) =>
      aloneReport({ kind: 'diverged', ...done, divergence }, []),
    )
    expect(`\n${reports.join('\n\n')}\n`).toMatchInlineSnapshot(`
      "
      diverged  an output is missing; until then 1,204 inputs fed to store-2 alone, 1,733 outputs compared
        recorded:
          #102  0.102000000s  store-2  send  to store-1  raft.vote-reply  isGranted false  <- #101
        now:
          nothing more before the next input
        nothing in the header changed: same code, version, seed, parameters and plan
        the inputs before:
           #97  0.097000000s  store-2  deliver  from store-3  raft.vote  term 4  <- #96
          #101  0.101000000s  store-2  deliver  from store-1  raft.vote  term 4  <- #99

      diverged  an output more than recorded; until then 1,204 inputs fed to store-2 alone, 1,733 outputs compared
        recorded:
          nothing more before the next input
        now:
          #102  0.102000000s  store-2  send  to store-1  raft.vote-reply  isGranted true  <- #101
        nothing in the header changed: same code, version, seed, parameters and plan
        the inputs before:
           #97  0.097000000s  store-2  deliver  from store-3  raft.vote  term 4  <- #96
          #101  0.101000000s  store-2  deliver  from store-1  raft.vote  term 4  <- #99

      diverged  the program no longer takes an input; until then 1,204 inputs fed to store-2 alone, 1,733 outputs compared
        recorded:
          #101  0.101000000s  store-2  deliver  from store-1  raft.vote  term 4  <- #99
        nothing in the header changed: same code, version, seed, parameters and plan
        the inputs before:
          #97  0.097000000s  store-2  deliver  from store-3  raft.vote  term 4  <- #96
      "
    `)
  })

  test('says why it could not be judged', () => {
    const leak = { resource: 'Timeout', stack: '' }
    const result: AloneResult = { kind: 'undecided', ...done, outcome: { kind: 'leak', leak } }
    expect(aloneReport(result, [])).toBe(
      'undecided  leak: a program created a real Timeout, which would race the simulation; 1,204 inputs fed to store-2 alone, 1,733 outputs compared',
    )
  })
})
