// The settings of CONFIG GET and CONFIG SET: names, kinds, bounds, defaults of Redis 7.0. Values are kept as CONFIG GET shows
// them; what the server looks at often it keeps as a number of its own (`onChange`).

import { startOnly } from './inert-settings.ts'
import { parseInteger } from './numbers.ts'
import type { Setting } from './setting.ts'
import { otherName, settings } from './settings.ts'
import type { ByteString } from './value.ts'

/** The settings of one server. */
export class Configuration {
  readonly #values = new Map<string, ByteString>()
  readonly #listeners: ((name: string, value: ByteString) => void)[] = []

  constructor() {
    for (const [name, setting] of settings) this.#values.set(name, setting.initial)
  }

  /** Calls a listener for every value now, and for each that is changed later. */
  onChange(listener: (name: string, value: ByteString) => void): void {
    this.#listeners.push(listener)
    for (const [name, value] of this.#values) listener(name, value)
  }

  /** Names with values, in the order of the table. */
  entries(): Iterable<readonly [name: string, value: ByteString]> {
    return this.#values
  }

  get(name: string): ByteString {
    return this.#values.get(name) ?? ''
  }

  /** A setting that is a number. */
  number(name: string): number {
    return parseInteger(this.get(name)) ?? 0
  }

  isOn(name: string): boolean {
    return this.get(name) === 'yes'
  }

  /** Sets several at once, or none: the text of the first refusal (as CONFIG SET gives it), or null. */
  set(
    pairs: readonly (readonly [name: ByteString, value: ByteString])[],
    {
      isStarting = false,
      mayProtected = isStarting,
    }: { readonly isStarting?: boolean; readonly mayProtected?: boolean } = {},
  ): string | null {
    const known: {
      readonly given: string
      readonly name: string
      readonly setting: Setting
      readonly text: ByteString
    }[] = []
    // All names are looked at before the first value.
    for (const [given, text] of pairs) {
      const name = given.toLowerCase()
      const setting = settings.get(name)
      if (setting === undefined && !isStarting && startOnly.has(name))
        return failed(given, "can't set immutable config")
      if (setting === undefined) return `Unknown option or number of arguments for CONFIG SET - '${given}'`
      if (setting.isFixed === true && !isStarting) return failed(given, "can't set immutable config")
      if (setting.isProtected === true && !mayProtected) return failed(given, "can't set protected config")
      if (known.some((other) => other.name === name)) return failed(given, 'duplicate parameter')
      known.push({ given, name, setting, text })
    }
    const accepted: (readonly [string, ByteString])[] = []
    for (const { given, name, setting, text } of known) {
      const parsed = setting.parse(text)
      if (!parsed.isValid) return failed(given, parsed.why)
      if (setting.whyKept !== undefined && !isStarting && parsed.value !== this.get(name))
        return failed(given, setting.whyKept)
      accepted.push([name, parsed.value])
    }
    for (const [name, value] of accepted) {
      const kept = merged(settings.get(name), this.get(name), value)
      for (const each of [name, otherName(name)])
        if (settings.has(each)) {
          this.#values.set(each, kept)
          for (const listener of this.#listeners) listener(each, kept)
        }
    }
    return null
  }
}

function failed(name: string, why: string): string {
  return `CONFIG SET failed (possibly related to argument '${name}') - ${why}`
}

function merged(setting: Setting | undefined, old: ByteString, value: ByteString): ByteString {
  return setting?.merge === undefined ? value : setting.merge(old, value)
}
