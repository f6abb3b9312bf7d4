import { describe, expect, it } from 'vitest'

import { HistoryError } from '../history-error.ts'
import { formatOf, parseHistory } from './parse-history.ts'

const ndjson = `{"process":0,"type":"invoke","f":"write","value":1}
{"process":1,"type":"invoke","f":"read","value":null,"key":"x"}

{"process":"nemesis","type":"info","f":"start","value":"cut"}
{"process":0,"type":"ok","f":"write","value":1}
{"process":1,"type":"fail","f":"read","value":null}
`
const edn = `; recorded
{:process 0, :type :invoke, :f :write, :value 1, :time 12, :index 0}
#jepsen.history.Op{:process 1, :type :invoke, :f :read, :value nil, :key "x"}
{:process :nemesis, :type :info, :f :start, :value {:cut [0 1]}}

{:process 0, :type :ok, :f :write, :value 1}
{:process 1, :type :fail, :f :read, :value nil, :error :timeout}
`
const log = `INFO  jepsen.core - Running test
INFO  jepsen.util - 0	:invoke	:write	1
INFO  jepsen.util - 1	:invoke	:read	nil
INFO  jepsen.util - :nemesis	:info	:start	nil
INFO  jepsen.util - 0	:ok	:write	1
INFO  jepsen.util - 1	:fail	:read	:timed-out
`
const write = { process: '0', f: 'write', key: null, input: 1, output: 1, outcome: 'ok' }
const read = { process: '1', f: 'read', key: 'x', input: null, output: null, outcome: 'fail' }

describe('a recorded history', () => {
  it.each([
    ['ndjson', ndjson, [write, read], [1, 2, 5, 6]],
    ['edn', edn, [write, read], [2, 3, 6, 7]],
    ['jepsen-log', log, [write, { ...read, key: null, output: ':timed-out' }], [2, 3, 5, 6]],
  ])('is recognized and read as %s, with lines as places', (format, text, operations, lines) => {
    expect(formatOf(text)).toBe(format)
    const [first, second, ...others] = parseHistory(text)
    expect(others).toEqual([])
    expect(first).toEqual({ ...operations[0], call: lines[0], return: lines[2] })
    expect(second).toEqual({ ...operations[1], call: lines[1], return: lines[3] })
  })

  it('may be one EDN vector, several maps a line', () => {
    const maps = edn.replaceAll('\n', ' ').replace('; recorded', '')
    const operations = parseHistory(`[${maps}]`)
    expect(operations.map(({ f }) => f)).toEqual(['write', 'read'])
    expect(operations[0]!.call).toBeLessThan(operations[1]!.call)
  })

  it('may have texts for keys in EDN, too', () => {
    const [operation] = parseHistory('[{"type" :invoke, "process" 0, "f" :read, "value" nil}]')
    expect(operation).toMatchObject({ process: '0', f: 'read' })
  })

  it('may end with operations that have no end', () => {
    const [operation] = parseHistory('{"process":0,"type":"invoke","f":"write","value":1}')
    expect(operation).toMatchObject({ outcome: 'info', return: Infinity })
  })

  it.each([
    ['', 'history:1: got nothing'],
    ['hello', 'a log of Jepsen'],
    [
      '[{"process":0,"type":"invoke","f":"read","value":null}]',
      'got a JSON array, wanted one JSON object a line',
    ],
    ['[\n  {\n    "type": "invoke" } ]', 'history:1: got a JSON array'],
    ['{"process":0}\n', 'history:1: got type nothing'],
    [`${ndjson}{"process":0,"type":"in`, 'history:7:'],
    [`${ndjson}[]`, 'history:7: got a list of 0'],
    ['{"process":0,"type":"go","f":"read"}', 'wanted invoke, ok, fail or info'],
    ['{"process":{},"type":"ok","f":"read"}', 'process a map'],
    ['{"process":0,"type":"ok","f":7}', 'the name of an operation'],
    ['{"process":0,"type":"ok","f":"read","value":1}', 'without an invoke'],
    [`${ndjson}{"process":0,"type":"ok","f":"write","value":1}`, 'history:7: got ok of "write"'],
    [
      '{"process":0,"type":"invoke","f":"read"}\n{"process":0,"type":"invoke","f":"read"}',
      'history:2: got invoke of "read" by process "0" while its "read" of 1 is open',
    ],
    [
      '{"process":0,"type":"invoke","f":"read"}\n{"process":0,"type":"ok","f":"write"}',
      'wanted the end of "read"',
    ],
    ['{"process":0,"type":"invoke","f":"write","value":9007199254740993}', 'does not hold exactly'],
    [`{"process":0,"type":"invoke","f":"w","value":${'['.repeat(99)}${']'.repeat(99)}}`, 'flatter'],
    [`{"process":0,"type":"invoke","f":"w","value":${'['.repeat(99_999)}${']'.repeat(99_999)}}`, 'history:1'],
    ['{:process 0 :type :invoke :f :read :value [}', 'history:1: got'],
    [`${log}INFO  jepsen.util - 4	:inv`, 'history:7: got'],
    [`${log}garbage`, 'history:7: got "garbage"'],
    [`${log}INFO  jepsen.util - 4	:invoke	:write	[1`, 'history:7: got the end of the text'],
    [`${log}INFO  jepsen.util - 4	:begin	:write	1`, 'history:7: got type "begin", wanted'],
    ['{"process":"nemesis","type":"info","f":"start"}', 'no operation at all'],
  ])('is refused with place, got and wanted: %#', (text, message) => {
    expect(() => parseHistory(text)).toThrow(HistoryError)
    expect(() => parseHistory(text)).toThrow(message)
  })

  it('is refused beyond the bound on operations', () => {
    expect(() => parseHistory(ndjson, { operationsMax: 1 })).toThrow('more than 1 operations')
  })
})
