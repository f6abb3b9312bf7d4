import { describe, expect, test } from 'vitest'

import { judge } from './judge.ts'
import { casRegister, register } from './models/index.ts'

// As Jepsen prints it: the two keys would contradict each other if they were one register.
const twoKeys = `{:process 0, :type :invoke, :f :write, :value #jepsen.independent/tuple [:x 1]}
{:process 1, :type :invoke, :f :write, :value [:y 7]}
{:process 0, :type :ok, :f :write, :value [:x 1]}
{:process 1, :type :ok, :f :write, :value [:y 7]}
{:process 0, :type :invoke, :f :read, :value [:x nil]}
{:process 0, :type :ok, :f :read, :value [:x 1]}
{:process 1, :type :invoke, :f :cas, :value [:y [7 8]]}
{:process 1, :type :ok, :f :cas, :value [:y [7 8]]}
{:process 2, :type :invoke, :f :read, :value [:y nil]}
{:process 2, :type :ok, :f :read, :value [:y 8]}
`

const judged = (text: string): string => judge(text, { model: casRegister, isIndependent: true }).verdict.kind

describe('independent keys', () => {
  test('are judged apart', () => {
    expect(judged(twoKeys)).toBe('linearizable')
  })

  test('are judged as badly as the worst of them', () => {
    expect(judged(twoKeys.replace(':read, :value [:y 8]', ':read, :value [:y 7]'))).toBe('not-linearizable')
  })

  test('are named where their operations cannot be ordered', () => {
    const { verdict } = judge(twoKeys.replace(':value [:y 8]', ':value [:y 7]'), {
      model: casRegister,
      isIndependent: true,
    })
    expect(verdict.kind === 'not-linearizable' && verdict.explain().key).toBe(':y')
  })

  test('may be missing from what comes with fail and info', () => {
    const ended = `${twoKeys}{:process 3, :type :invoke, :f :read, :value [:x nil]}
{:process 3, :type :fail, :f :read, :value :timed-out}
{:process 4, :type :invoke, :f :write, :value [:x 2]}
{:process 4, :type :info, :f :write, :value nil}
`
    expect(judged(ended)).toBe('linearizable')
  })

  test.each([
    [
      '{"process":0,"type":"invoke","f":"write","value":1}',
      'history:1: got "1" as the value, wanted a tuple',
    ],
    ['{"process":0,"type":"invoke","f":"write","value":[1,2,3]}', 'wanted a tuple [key value]'],
    [
      '{"process":0,"type":"invoke","f":"write","key":"x","value":["x",1]}',
      'wanted the key in the value only',
    ],
    [
      '{"process":0,"type":"invoke","f":"read","value":["x",null]}\n{"process":0,"type":"ok","f":"read","value":["y",1]}',
      'history:2: got "[\\"y\\",1]" as the value, wanted a tuple [key value] of the key',
    ],
  ])('are demanded of every operation: %#', (text, said) => {
    expect(() => judge(text, { model: register, isIndependent: true })).toThrow(said)
  })
})
