// Small worlds for tests of the search: programs that say words to each other, and what a search of them saw.

import { expect } from 'vitest'

import type { Data } from '../../../data.ts'
import type { Program } from '../../../env.ts'
import type { ExhaustSettings } from '../../../exhaust-settings.ts'
import type { Invariant } from '../../../invariant.ts'
import { node, type NodeOptions, type Scenario, scenario } from '../../../scenario.ts'
import { seconds } from '../../../time.ts'
import type { ExhaustResult } from '../exhaust-result.ts'
import { exhaust, type ExhaustOptions } from '../exhaust.ts'

export interface WorldOptions {
  readonly invariants?: readonly Invariant[]
  readonly exhaust?: ExhaustSettings
  readonly options?: NodeOptions
}

/** A world with one node a program, named a, b, … */
export function world(
  programs: readonly Program[],
  { invariants = [], exhaust: may = {}, options }: WorldOptions = {},
): Scenario {
  return scenario({
    title: 'a small world',
    nodes: () => programs.map((program, index) => node('abcd'.charAt(index), program, options)),
    invariants,
    exhaust: may,
    duration: seconds(1),
  })
}

/** All last states that a node publishes on some path; violations are none, so that all is seen. */
export async function statesOf(
  name: string,
  small: Scenario,
  options: ExhaustOptions = {},
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  const watch: Invariant = {
    name: 'watch',
    kinds: ['probe'],
    isMemoryless: true,
    begin: () => ({
      on: (event) => {
        if (event.kind === 'probe' && event.node === name && event.name === 'state')
          seen.add(JSON.stringify(event.value))
        return null
      },
      looked: () => seen.size,
    }),
  }
  const watched: Scenario = {
    ...small,
    prepare: (streams, set) => {
      const prepared = small.prepare(streams, set)
      return { ...prepared, invariants: [...prepared.invariants, watch] }
    },
  }
  const { verdict } = await exhaust(watched, options)
  expect(verdict.kind).toBe('exhausted')
  return seen
}

/** Never holds once a node has published this. */
export function neverPublished(value: Data): Invariant {
  const text = JSON.stringify(value)
  return {
    name: `never ${text}`,
    kinds: ['probe'],
    isMemoryless: true,
    begin: () => ({
      on: (event) =>
        event.kind === 'probe' && JSON.stringify(event.value) === text
          ? { kind: 'violated', message: text }
          : null,
      looked: () => 1,
    }),
  }
}

export const idle: Program = (env) => {
  env.probe('state', null)
}

/** Keeps what it receives. */
export const listener: Program = (env) => {
  const heard: string[] = []
  env.messages.on('say', ({ what }) => {
    heard.push(typeof what === 'string' ? what : '')
    env.probe('state', heard)
  })
  env.probe('state', heard)
}

/** Says these words to b. */
export const speaker =
  (...words: readonly string[]): Program =>
  (env) => {
    env.probe('state', null)
    for (const what of words) env.messages.send('b', { kind: 'say', what })
  }

export function pathOf({ verdict }: ExhaustResult): readonly string[] {
  return 'path' in verdict ? verdict.path.map(({ step }) => `${step.kind} ${step.node}`) : []
}
