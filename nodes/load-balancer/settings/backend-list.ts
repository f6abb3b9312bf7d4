// The list of back-ends as data: parameters, the body of a PUT, and a file hold the same.

import { BalancerSettingsError, SettingsReader } from './settings-reader.ts'
import type { Data, DataRecord } from '../../../sim/index.ts'

/** A back-end as it is configured. */
export interface BackendSpec {
  /** Tells it apart; `host:port` unless it has another name. */
  readonly name: string
  readonly host: string
  readonly port: number
  /**
   * How much of the load it gets beside the others (default 1; 0.001 to 1,000). With 0 it gets nothing but what sticks to it, and so is
   * drained without being taken off the list.
   */
  readonly weight: number
  /**
   * Whether it is asked only where none of the others is left (`backup`, default false): they are down, ejected, of weight 0, or had the
   * request already.
   */
  readonly isBackup: boolean
}

/** How many back-ends there may be. */
export const backendsMax = 1000

/**
 * Reads a list of `"host:port"` or `{ host, port, name?, weight?, backup? }`. Throws a BalancerSettingsError with all that is wrong
 * with it.
 */
export function readBackendList(list: Data | undefined): readonly BackendSpec[] {
  const problems: string[] = []
  const specs = backendsOf(list, problems)
  if (problems.length > 0) throw new BalancerSettingsError(problems)
  return specs
}

/** The same, adding to problems. */
export function backendsOf(list: Data | undefined, problems: string[]): readonly BackendSpec[] {
  if (!Array.isArray(list) || list.length > backendsMax) {
    const got = Array.isArray(list)
      ? `${list.length} back-ends`
      : (JSON.stringify(list) ?? 'nothing').slice(0, 100)
    problems.push(
      `backends: got ${got}, wanted a list of at most ${backendsMax}: "host:port" or {"host", "port"}`,
    )
    return []
  }
  const specs = list.map((each: Data, place) => specOf(each, `backends[${place}]`, problems))
  const names = new Set<string>()
  for (const [place, { name }] of specs.entries()) {
    if (names.has(name) && problems.length === 0)
      problems.push(`backends[${place}].name: got ${name} again, wanted a name for each`)
    names.add(name)
  }
  return specs
}

/** Beside a greater one it would never be asked. */
const weightMin = 0.001
const host = { form: /^[A-Za-z0-9._:%-]{1,253}$/, about: 'a name or an address' }
const name = { form: /^[\x21-\x7e]{1,200}$/, about: 'a name of 1 to 200 visible characters of ASCII' }

function specOf(given: Data, place: string, problems: string[]): BackendSpec {
  if (typeof given === 'string') return specOfText(given, place, problems)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    problems.push(
      `${place}: got ${JSON.stringify(given).slice(0, 100)}, wanted "host:port" or {"host", "port"}`,
    )
    return { name: place, host: '', port: 0, weight: 1, isBackup: false }
  }
  const reader = new SettingsReader(given as DataRecord, place, problems)
  const spec = {
    host: reader.text('host', '', host),
    port: reader.whole('port', 0, [1, 65_535]),
    weight: reader.number('weight', 1, [0, 1000]),
    isBackup: reader.boolean('backup', false),
  }
  if (reader.any('host') === undefined) reader.problem('host', 'nothing', host.about)
  if (reader.any('port') === undefined) reader.problem('port', 'nothing', 'a whole number 1 to 65535')
  if (spec.weight > 0 && spec.weight < weightMin)
    reader.problem('weight', String(spec.weight), `0, or at least ${weightMin}`)
  const named = { ...spec, name: reader.text('name', `${spec.host}:${spec.port}`, name) }
  reader.refuseOthers()
  return named
}

function specOfText(text: string, place: string, problems: string[]): BackendSpec {
  const [, bracketed, plain, port = ''] =
    /^(?:\[([^\]]{1,253})\]|([^:[\]]{1,253})):([0-9]{1,5})$/.exec(text) ?? []
  const at = bracketed ?? plain ?? ''
  if (!host.form.test(at) || Number(port) < 1 || Number(port) > 65_535)
    problems.push(`${place}: got ${JSON.stringify(text.slice(0, 100))}, wanted "host:port" or "[ipv6]:port"`)
  return { name: text, host: at, port: Number(port), weight: 1, isBackup: false }
}
