// Formats as ajv-formats has them, over texts that are right or nearly so.

import type { FormatDefinition } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatTest } from './formats.ts'

const samples = {
  date: ['2020-02-29', '1999-12-31', '2021-02-29', '1900-02-29', '2000-02-29', '2021-04-31'],
  time: ['12:00:00Z', '23:59:60Z', '08:30:06.283185+01:00', '22:59:60-01:00', '00:29:60+00:30', '12:00:00z'],
  'date-time': ['1963-06-19T08:30:06.283185Z', '1990-12-31T23:59:60Z', '2020-02-29t12:00:00+23:59'],
  uuid: ['2eb8aa08-aa98-11ea-b4aa-73b441d16380', '00000000-0000-0000-0000-000000000000'],
  ipv4: ['192.168.0.1', '0.0.0.0', '255.255.255.255', '1.2.3.04'],
  ipv6: ['::1', '1::8', '::', '1:2:3:4:5:6:7:8', '::ffff:192.168.0.1', '1:2:3:4:5:6:1.2.3.4', '2001:db8::'],
  email: ['joe@example.com', 'te~st.x@example.com', 'a@b-c.d', '!#$%*+/=?^_`{|}-@1.2'],
  'json-pointer': ['/foo/bar~0/baz~1/%a', '', '/', '/~0~1', '/a//b'],
} as const

/** What is taken there and not here, or the other way round, on purpose; all else has to be judged alike. */
const differences: { readonly [format: string]: RegExp } = {
  // RFC 3339 has a colon in an offset, and a "T".
  time: /[+-]\d{4}$/,
  'date-time': /[+-]\d{4}$|^.{10}\s/s,
  // RFC 5321 has quoted names, addresses in brackets, and domains of one label.
  email: /["[]|@[^.]*$/,
}

function judge(format: keyof typeof samples, text: string): boolean {
  const definition: FormatDefinition<string> | RegExp | ((text: string) => unknown) | string | boolean =
    fullFormats[format] as RegExp | ((text: string) => boolean) | FormatDefinition<string>
  const validate =
    typeof definition === 'function' || definition instanceof RegExp ? definition : definition.validate
  return validate instanceof RegExp ? validate.test(text) : (validate as (text: string) => boolean)(text)
}

const change = fc.tuple(
  fc.nat(60),
  fc.constantFrom(0, 1),
  fc.constantFrom('', ...Array.from('0123456789abcfFgz:.-+/~@"[]TtZ \\,éA')),
)

test.each(Object.keys(samples) as (keyof typeof samples)[])('%s', (format) => {
  const hasFormat = formatTest(format)
  const near = fc
    .tuple(fc.constantFrom<string[]>(...samples[format]), fc.array(change, { maxLength: 3 }))
    .map(([text, changes]) =>
      changes.reduce((now, [place, left, put]) => {
        const at = place % (now.length + 1)
        return now.slice(0, at) + put + now.slice(at + left)
      }, text),
    )
  let right = 0
  fc.assert(
    fc.property(near, (text) => {
      fc.pre(differences[format]?.test(text) !== true)
      const wanted = judge(format, text)
      expect({ text, isRight: hasFormat?.(text) }).toEqual({ text, isRight: wanted })
      if (wanted) right++
    }),
    { numRuns: 2_000 },
  )
  expect(right).toBeGreaterThan(100)
})

test.each([
  ['email', '"joe bloggs"@example.com', true],
  ['email', '"joe\\"bloggs"@example.com', true],
  ['email', '"joe"bloggs"@example.com', false],
  ['email', 'joe@[127.0.0.1]', true],
  ['email', 'joe@[IPv6:::1]', true],
  ['email', 'joe@[IPv6:1::2::3]', false],
  ['email', 'joe@localhost', true],
  ['email', 'joe@local-', false],
  ['email', 'joé@example.com', false],
  ['time', '12:00:00+0100', false],
  ['date-time', '2020-02-29 12:00:00Z', false],
])('%s "%s", on which ajv-formats has another mind or says nothing: %s', (format, text, isRight) => {
  expect(formatTest(format)?.(text)).toBe(isRight)
})
