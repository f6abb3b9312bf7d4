// What is wrong with a network profile, found once at the gate.

import { checkDistribution } from './distribution-problems.ts'
import { asFields, Problems } from './problems.ts'
import type { LinkOverride, LinkProfile, NetworkProfile, StreamProfile } from './profile.ts'
import type { FieldsOf } from '../known-fields.ts'

const bytesMax = Number.MAX_SAFE_INTEGER

/** What is wrong with what should be a NetworkProfile, each as `place: got, wanted`; empty when nothing is. */
export function networkProfileProblems(profile: unknown): readonly string[] {
  const problems = new Problems()
  const given = asFields(profile)
  if (given === null) problems.add('profile', profile, 'an object, such as lan() makes')
  if (given === null) return problems.list
  problems.fields<NetworkProfile>('fields', given, {
    ...linkFields,
    overrides: true,
    nameLatency: true,
    streams: true,
  })
  for (const field of Object.keys(linkFields))
    if (given[field] === undefined) problems.add(field, undefined, 'a value: lan() and the like have all')
  checkLink(problems, '', given)
  if (given['overrides'] !== undefined) checkOverrides(problems, given['overrides'])
  if (given['nameLatency'] !== undefined) checkDistribution(problems, 'nameLatency', given['nameLatency'])
  if (given['streams'] !== undefined) checkStreams(problems, given['streams'])
  return problems.list
}

function checkOverrides(problems: Problems, overrides: unknown): void {
  if (!Array.isArray(overrides)) return problems.add('overrides', overrides, 'a list of overrides')
  overrides.forEach((given: unknown, index) => {
    const place = `overrides[${index}]`
    const override = asFields(given)
    if (override === null) return problems.add(place, given, 'an override: { from, to, link }')
    problems.fields<LinkOverride>(place, override, overrideFields)
    for (const end of ['from', 'to'] as const) checkEnd(problems, `${place}.${end}`, override[end])
    const link = asFields(override['link'])
    if (link === null) return problems.add(`${place}.link`, override['link'], 'fields of a link')
    problems.fields<LinkProfile>(`${place}.link`, link, linkFields)
    checkLink(problems, `${place}.link.`, link)
  })
}

function checkEnd(problems: Problems, place: string, end: unknown): void {
  if (end !== 'any' && !Array.isArray(end)) problems.add(place, end, '"any", or a list of nodes')
}

const linkFields: FieldsOf<LinkProfile> = {
  latencyMin: true,
  latency: true,
  bandwidth: true,
  queueMax: true,
  lossRatio: true,
  duplicationRatio: true,
  reorderRatio: true,
  corruptionRatio: true,
  reorderWindow: true,
}
const overrideFields: FieldsOf<LinkOverride> = { from: true, to: true, isSymmetric: true, link: true }
const streamFields: FieldsOf<StreamProfile> = {
  window: true,
  backlogMax: true,
  segmentMax: true,
  splitRatio: true,
  unsentMax: true,
  connectTimeout: true,
  connectRetry: true,
  retransmissionMin: true,
  retransmissionMax: true,
  giveUpAfter: true,
}

type Given = Readonly<Record<string, unknown>>

/** Checks what is there. */
function checkLink(problems: Problems, place: string, link: Given): void {
  const given = (field: keyof LinkProfile, check: (at: string, got: unknown) => void): void => {
    if (link[field] !== undefined) check(`${place}${field}`, link[field])
  }
  given('latencyMin', (at, got) => problems.span(at, got))
  given('latency', (at, got) => checkDistribution(problems, at, got))
  given('bandwidth', (at, got) => problems.demand(at, got, 0, bytesMax))
  given('queueMax', (at, got) => problems.demand(at, got, 0, bytesMax))
  for (const field of ratios) given(field, (at, got) => problems.ratio(at, got))
  given('reorderWindow', (at, got) => problems.span(at, got, 1))
}

const ratios = ['lossRatio', 'duplicationRatio', 'reorderRatio', 'corruptionRatio'] as const

function checkStreams(problems: Problems, given: unknown): void {
  const streams = asFields(given)
  if (streams === null) return problems.add('streams', given, 'fields of a stream profile')
  problems.fields<StreamProfile>('streams', streams, streamFields)
  const check = (field: keyof StreamProfile, min: number, max?: number): void => {
    const got = streams[field]
    if (got === undefined) return
    if (max === undefined) problems.span(`streams.${field}`, got, min)
    else problems.demand(`streams.${field}`, got, min, max)
  }
  for (const field of ['window', 'backlogMax', 'segmentMax', 'unsentMax'] as const)
    check(field, 1, 1_073_741_824)
  if (streams['splitRatio'] !== undefined) problems.ratio('streams.splitRatio', streams['splitRatio'])
  for (const field of spans) check(field, 1)
}

const spans = [
  'connectTimeout',
  'connectRetry',
  'retransmissionMin',
  'retransmissionMax',
  'giveUpAfter',
] as const
