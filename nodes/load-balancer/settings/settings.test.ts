// Settings: defaults, and all that is wrong with them at once.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { BalancerSettingsError, readBackendList, balancerSettingNames, readSettings } from './index.ts'

test('without any there are defaults, and members of a group are told of it', () => {
  const settings = readSettings({ group: ['lb-1'] })
  expect(settings).toMatchObject({
    mode: 'http',
    port: 8080,
    adminPort: 8081,
    balance: 'weighted',
    retriesMax: 2,
  })
  expect(readSettings({ hashOn: 'header:X-User' }).hashOn).toEqual({ kind: 'header', name: 'X-User' })
})

test('back-ends are texts or records', () => {
  const record = { host: '::1', port: 1, name: 'x', weight: 2, backup: true }
  expect(readBackendList(['a:80', '[::1]:8080', record])).toEqual([
    { name: 'a:80', host: 'a', port: 80, weight: 1, isBackup: false },
    { name: '[::1]:8080', host: '::1', port: 8080, weight: 1, isBackup: false },
    { name: 'x', host: '::1', port: 1, weight: 2, isBackup: true },
  ])
  expect(readBackendList([{ host: 'a', port: 80, weight: 0 }])[0]?.weight).toBe(0)
  expect(() => readBackendList([{ host: 'a', port: 80, weight: 0.0001 }])).toThrow(
    'backends[0].weight: got 0.0001, wanted 0, or at least 0.001',
  )
  expect(() => readBackendList([{ host: 'a', port: 80, weight: -1 }])).toThrow(
    'backends[0].weight: got -1, wanted a number 0 to 1000',
  )
  expect(() => readBackendList([{ host: 'a', port: 80, backup: 1 }])).toThrow('backends[0].backup: got 1')
  expect(() => readBackendList(['a:80', { host: 'a', port: 80 }])).toThrow('backends[1].name: got a:80 again')
  expect(() => readBackendList('a:80')).toThrow('backends: got "a:80", wanted a list of at most 1000')
})

test('all that is wrong is told at once', () => {
  const wrong = {
    mode: 'udp',
    port: 0,
    backends: ['a:b'],
    colour: 'red',
    retryRatio: '1',
    checkStatus: [700],
    hashOn: 'moon',
    balance: 'round-robin',
    slowStartMs: 5,
  }
  const problems = problemsOf(() => readSettings(wrong))
  expect(problems.map((problem) => problem.replace(/:.*/, ''))).toEqual([
    'mode',
    'port',
    'backends[0]',
    'hashOn',
    'checkStatus',
    'retryRatio',
    'colour',
    'slowStartMs',
  ])
  expect(problems[0]).toBe('mode: got "udp", wanted one of http, tcp')
  expect(problemsOf(() => readSettings({ mode: 'tcp', sticky: 'cookie' }))).toEqual([
    'mode: got tcp with cookies, headers or paths, wanted sticky and hashOn by source',
  ])
})

test('whatever is given is read, or refused as settings', () => {
  const names = [
    'mode',
    'port',
    'backends',
    'retryStatuses',
    'upgrades',
    'hashOn',
    'via',
    'drainTimeoutMs',
    'x',
  ]
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 })), (given) => {
      const problems = problemsOf(() => readSettings(given))
      expect(problems.length).toBeLessThan(30)
    }),
  )
})

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof BalancerSettingsError) return error.problems
    throw error
  }
}

test('every setting has a name that is told, and refuses what it is not', () => {
  expect(balancerSettingNames()).toContain('silentAfterMs')
  for (const name of balancerSettingNames())
    expect(() => readSettings({ [name]: { no: 1 } }), name).toThrow(
      new RegExp(`^(?:parameter )?${name}\\b`, 'm'),
    )
})
