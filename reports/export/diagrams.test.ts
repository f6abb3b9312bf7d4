// Mermaid's own parser reads the sequence diagrams; an XML parser the space-time diagrams, and nothing in either is markup
// that stood in the trace.
import mermaidParser from 'mermaid'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'

import type { Data, Event, TraceFooter } from '../../sim/index.ts'
import { type ExportSource } from './export-trace.ts'
import { formats } from './formats.ts'
import { mermaid } from './mermaid.ts'
import { svg } from './svg.ts'
import { eventsOf, eventsOfStore, exported, header, hostileTexts, sourceOf } from './testing/traces.ts'

/** What hostile names and payloads can get to: every place at which a diagram shows text. */
const hostile = eventsOf(
  hostileTexts.flatMap((text, id) => [
    { kind: 'operation', node: text, phase: 'invoke', id, process: text, f: text, key: text, value: text },
    { kind: 'log', node: text, level: 'info', text, fields: {} },
    { kind: 'send', node: text, target: 'b', size: 1, message: { kind: text } },
    { kind: 'deliver', node: 'b', source: text, message: { kind: text }, cause: id * 7 + 3 },
    { kind: 'drop', node: text, target: text, why: text },
    { kind: 'crash', node: text, connections: 'reset' },
    { kind: 'fault-begin', node: '', index: id, fault: { kind: text, node: text, at: 0 } },
  ]),
)

/** The tags of a document, each with its attributes and the text within; throws where it is not well-formed. */
function tagsOf(
  xml: string,
): readonly { readonly name: string; readonly attributes: object; text: string }[] {
  const parser = new SaxesParser({ position: true })
  const tags: { name: string; attributes: object; text: string }[] = []
  const open: typeof tags = []
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const tag = { name, attributes, text: '' }
    tags.push(tag)
    open.push(tag)
  })
  parser.on('text', (text) => {
    const tag = open.at(-1)
    if (tag !== undefined) tag.text += text
  })
  parser.on('closetag', () => void open.pop())
  parser.write(xml).close()
  return tags
}

async function written(name: string, source: ExportSource): Promise<string> {
  const format = formats.find((each) => each.name === name)!
  let text = ''
  for await (const piece of format.write(source, { name: source.name, header }, {})) text += String(piece)
  return text
}

/** A run that ends with a violation, which one message of many led to. */
function violatedRun(): ExportSource {
  const noise = (place: number): { kind: string; [field: string]: Data } => {
    return { kind: 'deliver', node: 'c', source: 'd', message: { kind: `noise-${place}` } }
  }
  const events: readonly Event[] = eventsOf([
    { kind: 'start', node: 'a', incarnation: 1, version: '1' },
    ...Array.from({ length: 50 }, (_, place) => noise(place)),
    { kind: 'send', node: 'a', target: 'b', size: 1, message: { kind: 'vote' }, cause: 1 },
    { kind: 'deliver', node: 'b', source: 'a', message: { kind: 'vote' }, cause: 52 },
    { kind: 'probe', node: 'b', name: 'leader', value: true, cause: 53 },
    ...Array.from({ length: 50 }, (_, place) => noise(place)),
  ])
  const violations = [
    { invariant: 'one leader', message: 'two', at: 53_000, node: 'b', seq: 54, witnesses: [] },
  ]
  const footer: TraceFooter = { events: events.length, digest: '', outcome: 'violated', violations }
  return sourceOf(events, footer)
}

describe('the sequence diagram', () => {
  test('of a run is read by Mermaid, and is bounded', async () => {
    const text = await exported(mermaid, sourceOf(await eventsOfStore()))
    expect(await mermaidParser.parse(text)).toMatchObject({ diagramType: 'sequence' })
    expect(text.split('\n').length).toBeLessThan(200)
    expect(text).toMatch(/Note over n1,n\d: and \d+ more\n$/)
  })

  test('of hostile names and payloads is read by Mermaid, and holds nothing that could be markup', async () => {
    const text = await exported(mermaid, sourceOf(hostile))
    expect(await mermaidParser.parse(text)).toMatchObject({ diagramType: 'sequence' })
    expect(text.replaceAll(/->>|-x/g, '')).not.toMatch(/[<>&"'`%{}|\\]|\bend\b/i)
    expect(text.replaceAll(/#\d+;/g, '')).not.toMatch(/[#;]/)
  })

  test('of a run that failed shows what led to the violation', async () => {
    expect(await written('mermaid', violatedRun())).toBe(`sequenceDiagram
  participant n1 as a
  participant n2 as b
  n1->>n2: vote
  Note over n2: leader true
  Note over n1,n2: violated#58; one leader
`)
  })
})

describe('the space-time diagram', () => {
  test('of a run is XML that draws messages, faults and who is down, and is bounded', async () => {
    const events = await eventsOfStore()
    const crash = events.find(({ kind }) => kind === 'crash')!.at
    const parts = [1.9e9, crash - 1e6].map((at) => exported(svg, sourceOf(events), { from: { at } }))
    const tags = (await Promise.all(parts)).flatMap(tagsOf)
    const classes = tags.map(({ attributes }) => (attributes as { readonly class?: string }).class)
    for (const wanted of ['lane', 'delivered', 'again', 'lost', 'operation', 'fault', 'down'])
      expect(classes).toContain(wanted)
    expect(tags.length).toBeLessThan(4000)
    expect(tags.some(({ text }) => /\d+ messages after that are not shown/.test(text))).toBe(true)
  })

  test('of hostile names and payloads holds its own elements only, and their text as text', async () => {
    const text = await exported(svg, sourceOf(hostile))
    const tags = tagsOf(text)
    expect(new Set(tags.map(({ name }) => name))).toEqual(
      new Set(['svg', 'title', 'style', 'defs', 'marker', 'path', 'rect', 'text', 'g', 'circle']),
    )
    expect(
      tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => name.startsWith('on')),
    ).toEqual([])
    expect(tags.some(({ text }) => text.includes('</script><script>alert(1)</script>'))).toBe(true)
    expect(Buffer.from(text).toString()).toBe(text)
  })

  test('of a run that failed shows what led to the violation', async () => {
    const texts = tagsOf(await written('svg', violatedRun())).map(({ text }) => text)
    expect(texts).toContain('vote')
    expect(texts).toContain('leader = true')
    expect(texts.join('\n')).toContain('violated: one leader')
    expect(texts.join('\n')).not.toContain('noise')
  })
})

test('diagrams of a part say what began before it', async () => {
  const events = eventsOf([
    { kind: 'fault-begin', node: '', index: 0, fault: { kind: 'partition', at: 0 } },
    { kind: 'fault-begin', node: '', index: 1, fault: { kind: 'slow-disk', node: 'b', at: 0 } },
    { kind: 'fault-end', node: '', index: 1, faultKind: 'slow-disk' },
    { kind: 'crash', node: 'b', connections: 'reset' },
    { kind: 'send', node: 'a', target: 'b', size: 1, message: { kind: 'ping' } },
    { kind: 'drop', node: 'a', target: 'b', why: 'node-down', cause: 5 },
  ])
  const part = { from: { seq: 6 } }
  const sequence = await exported(mermaid, sourceOf(events), part)
  await expect(mermaidParser.parse(sequence)).resolves.toMatchObject({ diagramType: 'sequence' })
  expect(sequence).toContain('since 0.000000000s fault partition')
  expect(sequence).toContain('since 0.000003000s crash')
  expect(sequence).toContain('ping (node-down)')
  expect(sequence).not.toContain('slow-disk')
  const picture = await exported(svg, sourceOf(events), part)
  const titles = tagsOf(picture).map(({ text }) => text)
  expect(titles.join()).toMatch(/partition/)
  expect(titles.join()).toMatch(/crash/)
  expect(titles.join()).not.toContain('slow-disk')
})
