import { expect, test } from 'vitest'

import { errorAnnotations } from './ci-annotations.ts'

test('an annotation is one line, with the command as its last', () => {
  const failure = {
    title: 'seed 7: linearizable kv, twice',
    message: '100% wrong:\r\nno order, is legal',
    command: 'npx faultline run chaos --seed 7',
  }
  expect(errorAnnotations([failure])).toEqual([
    '::error title=seed 7%3A linearizable kv%2C twice::100%25 wrong:%0D%0Ano order, is legal%0Anpx faultline run chaos --seed 7',
  ])
})

test('no failure, no annotation', () => {
  expect(errorAnnotations([])).toEqual([])
})
