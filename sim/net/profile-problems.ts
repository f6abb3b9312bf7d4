// What is wrong with a network profile, found once at the gate.

import type { Distribution } from './distribution.ts'
import type { LinkOverride, LinkProfile, NetworkProfile, StreamProfile } from './profile.ts'
import type { FieldsOf } from '../known-fields.ts'
import { Problems } from '../problems.ts'

const bytesMax = Number.MAX_SAFE_INTEGER

/** What is wrong with a profile, each as `place: got, wanted`; empty when nothing is. */
export function networkProfileProblems(profile: NetworkProfile): readonly string[] {
  const problems = new Problems()
  const isObject = problems.fields<NetworkProfile>('fields', profile, {
    ...linkFields,
    overrides: true,
    nameLatency: true,
    streams: true,
  })
  if (!isObject) return problems.list
  checkLink(problems, '', profile)
  for (const field of Object.keys(linkFields) as (keyof LinkProfile)[])
    if (profile[field] === undefined)
      problems.add(field, undefined, 'a value: presets such as lan() have all')
  if (profile.overrides !== undefined) checkOverrides(problems, profile.overrides)
  if (profile.nameLatency !== undefined) checkDistribution(problems, 'nameLatency', profile.nameLatency)
  if (profile.streams !== undefined) checkStreams(problems, profile.streams)
  return problems.list
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

function checkLink(problems: Problems, place: string, link: Partial<LinkProfile>): void {
  problems.span(`${place}latencyMin`, link.latencyMin)
  if (link.latency !== undefined) checkDistribution(problems, `${place}latency`, link.latency)
  problems.whole(`${place}bandwidth`, link.bandwidth, [0, bytesMax])
  problems.whole(`${place}queueMax`, link.queueMax, [0, bytesMax])
  problems.ratio(`${place}lossRatio`, link.lossRatio)
  problems.ratio(`${place}duplicationRatio`, link.duplicationRatio)
  problems.ratio(`${place}reorderRatio`, link.reorderRatio)
  problems.ratio(`${place}corruptionRatio`, link.corruptionRatio)
  problems.span(`${place}reorderWindow`, link.reorderWindow, 1)
}

function checkOverrides(problems: Problems, overrides: readonly LinkOverride[]): void {
  if (!Array.isArray(overrides)) problems.add('overrides', overrides, 'a list of links that differ')
  else
    overrides.forEach((override: LinkOverride, index) => {
      checkOverride(problems, `overrides[${index}]`, override)
    })
}

function checkOverride(problems: Problems, place: string, override: LinkOverride): void {
  if (!problems.fields<LinkOverride>(place, override, overrideFields)) return
  for (const end of ['from', 'to'] as const)
    if (override[end] !== 'any' && !Array.isArray(override[end]))
      problems.add(`${place}.${end}`, override[end], "a list of nodes, or 'any'")
  problems.truth(`${place}.isSymmetric`, override.isSymmetric)
  if (problems.fields<LinkProfile>(`${place}.link`, override.link, linkFields))
    checkLink(problems, `${place}.link.`, override.link)
}

function checkStreams(problems: Problems, streams: Partial<StreamProfile>): void {
  if (!problems.fields<StreamProfile>('streams', streams, streamFields)) return
  for (const field of ['window', 'backlogMax', 'segmentMax', 'unsentMax'] as const)
    problems.whole(`streams.${field}`, streams[field], [1, 1_073_741_824])
  problems.ratio('streams.splitRatio', streams.splitRatio)
  for (const field of spans) problems.span(`streams.${field}`, streams[field], 1)
}

const distributionWanted =
  'a distribution: constant, uniform, normal, log-normal, exponential, bimodal or empirical'

const spans = [
  'connectTimeout',
  'connectRetry',
  'retransmissionMin',
  'retransmissionMax',
  'giveUpAfter',
] as const

function checkDistribution(problems: Problems, place: string, distribution: Distribution): void {
  if (!isRecord(distribution)) {
    problems.add(place, distribution, distributionWanted)
    return
  }
  switch (distribution.kind) {
    case 'constant':
      problems.span(`${place}.value`, distribution.value)
      break
    case 'uniform':
      problems.span(`${place}.min`, distribution.min)
      problems.span(`${place}.max`, distribution.max, distribution.min)
      break
    case 'normal':
      problems.span(`${place}.mean`, distribution.mean)
      problems.span(`${place}.deviation`, distribution.deviation)
      break
    case 'log-normal':
      problems.span(`${place}.median`, distribution.median)
      problems.number(`${place}.sigma`, distribution.sigma, [0, 4])
      break
    case 'exponential':
      problems.span(`${place}.mean`, distribution.mean)
      break
    case 'bimodal':
      problems.ratio(`${place}.tailRatio`, distribution.tailRatio)
      checkDistribution(problems, `${place}.body`, distribution.body)
      checkDistribution(problems, `${place}.tail`, distribution.tail)
      break
    case 'empirical':
      checkEmpirical(problems, `${place}.sorted`, distribution.sorted)
      break
    default:
      problems.add(`${place}.kind`, Reflect.get(distribution, 'kind'), distributionWanted)
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function checkEmpirical(problems: Problems, place: string, sorted: readonly number[]): void {
  if (!Array.isArray(sorted)) {
    problems.add(place, sorted, 'a list of durations')
    return
  }
  if (sorted.length === 0) problems.list.push(`${place}: got no values, wanted at least one`)
  sorted.forEach((value: number, index) => {
    problems.span(`${place}[${index}]`, value, Number(sorted[index - 1] ?? 0))
  })
}
