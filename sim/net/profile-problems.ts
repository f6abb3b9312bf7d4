// What is wrong with a network profile, found once at the gate.

import type { Distribution } from './distribution.ts'
import type { LinkOverride, LinkProfile, NetworkProfile, StreamProfile } from './profile.ts'
import { type FieldsOf, unknownFields } from '../known-fields.ts'

// An hour: with every factor on top it still is far from the end of virtual time.
const spanMax = 3_600_000_000_000
const bytesMax = Number.MAX_SAFE_INTEGER

/** A list of problems, each as `place: got, wanted`. */
class Problems {
  readonly list: string[] = []

  demand(place: string, got: number | undefined, min: number, max: number, isWhole = true): void {
    if (got === undefined) return
    if (got >= min && got <= max && (!isWhole || Number.isSafeInteger(got))) return
    this.list.push(`${place}: got ${got}, wanted a ${isWhole ? 'whole ' : ''}number ${min} to ${max}`)
  }

  span(place: string, got: number | undefined, min = 0): void {
    this.demand(place, got, min, spanMax)
  }

  ratio(place: string, got: number | undefined): void {
    this.demand(place, got, 0, 1, false)
  }

  fields<T>(place: string, given: object, known: FieldsOf<T>): void {
    const problem = unknownFields(given, known)
    if (problem !== null) this.list.push(`${place}: ${problem}`)
  }
}

/** What is wrong with a profile, each as `place: got, wanted`; empty when nothing is. */
export function networkProfileProblems(profile: NetworkProfile): readonly string[] {
  const problems = new Problems()
  problems.fields<NetworkProfile>('fields', profile, {
    ...linkFields,
    overrides: true,
    nameLatency: true,
    streams: true,
  })
  checkLink(problems, '', profile)
  profile.overrides?.forEach((override, place) => {
    problems.fields<LinkOverride>(`overrides[${place}]`, override, overrideFields)
    const { link } = override
    problems.fields<LinkProfile>(`overrides[${place}].link`, link, linkFields)
    checkLink(problems, `overrides[${place}].link.`, link)
  })
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
  problems.demand(`${place}bandwidth`, link.bandwidth, 0, bytesMax)
  problems.demand(`${place}queueMax`, link.queueMax, 0, bytesMax)
  problems.ratio(`${place}lossRatio`, link.lossRatio)
  problems.ratio(`${place}duplicationRatio`, link.duplicationRatio)
  problems.ratio(`${place}reorderRatio`, link.reorderRatio)
  problems.ratio(`${place}corruptionRatio`, link.corruptionRatio)
  problems.span(`${place}reorderWindow`, link.reorderWindow, 1)
}

function checkStreams(problems: Problems, streams: Partial<StreamProfile>): void {
  problems.fields<StreamProfile>('streams', streams, streamFields)
  for (const field of ['window', 'backlogMax', 'segmentMax', 'unsentMax'] as const)
    problems.demand(`streams.${field}`, streams[field], 1, 1_073_741_824)
  problems.ratio('streams.splitRatio', streams.splitRatio)
  for (const field of spans) problems.span(`streams.${field}`, streams[field], 1)
}

const spans = [
  'connectTimeout',
  'connectRetry',
  'retransmissionMin',
  'retransmissionMax',
  'giveUpAfter',
] as const

function checkDistribution(problems: Problems, place: string, distribution: Distribution): void {
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
      problems.demand(`${place}.sigma`, distribution.sigma, 0, 4, false)
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
  }
}

function checkEmpirical(problems: Problems, place: string, sorted: readonly number[]): void {
  if (sorted.length === 0) problems.list.push(`${place}: got no values, wanted at least one`)
  sorted.forEach((value, index) => {
    problems.span(`${place}[${index}]`, value, sorted[index - 1] ?? 0)
  })
}
