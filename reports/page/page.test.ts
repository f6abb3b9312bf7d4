// A page is one file: what stands in it as markup is ours, whatever a trace holds.
import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'

import { pageHtml, pageMark } from './page.ts'
import { RunPacker } from './run-packer.ts'
import { packTrace } from './trace-page.ts'
import { eventsFrom } from '../testing/run-from.ts'
import { decodeDocument, type PageDocument } from '../viewer/model/document.ts'
import { Run } from '../viewer/model/run.ts'
import { memorySource, type TraceFooter, type TraceHeader } from '../../sim/index.ts'

const bundle = { script: 'show("</script><!--")', style: 'a { content: "</style>" }' }
const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\u2028\u0000'

const header: TraceHeader = {
  scenario: hostile,
  title: hostile,
  parameters: { [hostile]: hostile },
  seed: 1,
  plan: [],
  version: hostile,
  fingerprint: '',
  nodeVersion: '',
  platform: '',
  options: {},
}
const violation = { invariant: hostile, message: hostile, seq: 1, witnesses: [1] }
const footer: TraceFooter = { events: 1, digest: '', outcome: hostile, violations: [violation] }
const events = eventsFrom([
  { kind: 'log', node: hostile, level: 'info', text: hostile, fields: { __proto__x: 1 } },
])

function carried(html: string): ReturnType<typeof decodeDocument> {
  const base64 = /id="document">([^<]*)</.exec(html)?.[1] ?? ''
  return decodeDocument(inflateRawSync(Buffer.from(base64, 'base64')))
}

test('nothing of a trace stands in the page as it is', async () => {
  const trace = { ...memorySource(hostile, header, events), footer }
  const { info, sections } = await packTrace(trace, { name: hostile, command: hostile })
  const html = pageHtml({ view: 'trace', runs: [info] }, sections, bundle)
  expect(html).not.toContain('alert(1)')
  expect(html.match(/<script/g)).toHaveLength(2)
  expect(html.match(/<\/script/g)).toHaveLength(2)
  expect(html.match(/<\/style/g)).toHaveLength(1)
  const back = carried(html)
  const { runs } = back.document as Extract<PageDocument, { readonly view: 'trace' }>
  expect(runs[0].violations[0]).toMatchObject({ invariant: hostile, message: hostile })
  expect(new Run(runs[0], back.sections, 0).own(1)['text']).toBe(hostile)
})

test('the page allows its own script and style, and nothing from anywhere', () => {
  const html = pageHtml({ view: 'campaign', campaign: {} as never }, new Map(), bundle)
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'; img-src data:; base-uri 'none'; form-action 'none'$/,
  )
  expect(html.indexOf(pageMark)).toBeLessThan(200)
})

test('what a footer says of violations may be anything', async () => {
  const violations = [{}, { seq: 'x', witnesses: 'y', message: 3 }, { seq: 1e9, witnesses: [-1, 2.5, 7] }]
  const trace = { ...memorySource('odd', header, events), footer: { ...footer, violations } }
  const { info } = await packTrace(trace, { name: 'odd', command: '' })
  expect(info.violations.map(({ seq, witnesses }) => [seq, witnesses])).toEqual([
    [0, []],
    [0, []],
    [1e9, [7]],
  ])
})

test('of a run that is too long, the first events are there, and how many there are of all', () => {
  const many = eventsFrom(Array.from({ length: 50 }, (_, place) => ({ kind: 'pause', node: `n${place}` })))
  const few = new RunPacker({ eventsMax: 20, bytesMax: 1e6 })
  const small = new RunPacker({ eventsMax: 1000, bytesMax: 10 })
  for (const event of many) few.add(event)
  for (const event of [...events, ...events]) small.add(event)
  expect(few.finish(0).info).toMatchObject({ count: 20, total: 50 })
  expect(few.finish(0).info.nodes).toHaveLength(20)
  expect(small.finish(0).info).toMatchObject({ count: 1, total: 2 })
})
