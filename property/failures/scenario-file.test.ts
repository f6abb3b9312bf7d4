import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

import { placeOf } from './scenario-file.ts'
import { node, scenario, seconds } from '../../sim/index.ts'
import twoCrashes from '../../sim/explore/testing/two-crashes.ts'

const idle = scenario({ title: 'idle', nodes: () => [node('one', () => undefined)], duration: seconds(1) })

test('a scenario is found in the file that exports it', () => {
  expect(placeOf(twoCrashes)).toMatchObject({ name: 'sim/explore/testing/two-crashes.ts', isLoadable: true })
})

test('a scenario of a file without a default export is found, and cannot be loaded from there', () => {
  const name = relative(process.cwd(), fileURLToPath(import.meta.url))
  expect(placeOf(idle)).toMatchObject({ name, isLoadable: false })
})

test('a file that is said counts, as a path or URL', () => {
  const url = new URL('../../sim/explore/testing/two-crashes.ts', import.meta.url)
  for (const file of [url.href, fileURLToPath(url)])
    expect(placeOf(idle, file)).toMatchObject({ url: url.href, isLoadable: true })
})

test('what was not made by `scenario` has no file', () => {
  expect(() => placeOf({ ...idle })).toThrow('its file is not known')
})
