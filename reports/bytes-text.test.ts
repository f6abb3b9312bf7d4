import { Buffer } from 'node:buffer'

import { expect, test } from 'vitest'

import { bytesText } from './bytes-text.ts'

const base64 = (bytes: string | readonly number[]): string => Buffer.from(bytes as string).toString('base64')

test('bytes are text where they can be read, hexadecimal where not, and counted', () => {
  expect(bytesText(base64('5 2687\r\n'))).toBe('"5 2687\\r\\n" (8 B)')
  expect(bytesText(base64([0, 1, 254, 255]))).toBe('0001feff (4 B)')
  expect(bytesText(base64('tab\t'))).toBe('74616209 (4 B)')
  expect(bytesText('')).toBe('"" (0 B)')
})

test.each([23, 24, 25, 26, 27, 1000])('of %i bytes the first are shown, and all are counted', (length) => {
  const cut = length > 24 ? '…' : ''
  expect(bytesText(base64('a'.repeat(length)))).toBe(
    `"${'a'.repeat(Math.min(24, length))}"${cut} (${length} B)`,
  )
  expect(bytesText(base64('a'.repeat(length)), 1000)).toBe(`"${'a'.repeat(length)}" (${length} B)`)
})

test('what is no base64 is shown as it is, and stays short', () => {
  expect(bytesText('<b>')).toBe('"<b>"')
  expect(bytesText('!'.repeat(999))).toBe(`"${'!'.repeat(48)}"`)
})
