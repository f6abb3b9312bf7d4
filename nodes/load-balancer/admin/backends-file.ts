// A file that holds the list of back-ends, read again and again: whoever replaces it replaces the list. To be
// replaced by a rename: of one that is being written, what is there so far would be read.

import { putInForce } from './admin.ts'
import type { Balancer } from '../relay/connecting.ts'
import { BalancerSettingsError } from '../settings/index.ts'
import { DiskError } from '../../../sim/index.ts'

const sizeMax = 1024 * 1024

/** Reads the file now, and from now on now and then. What cannot be read, or is no list, changes nothing and is logged once. */
export async function followBackendsFile(balancer: Balancer): Promise<void> {
  const { env, settings } = balancer
  if (settings.backendsFile === '') return
  const file = new BackendsFile(balancer)
  await file.look()
  let isLooking = false
  env.timers.every(settings.backendsFileEvery, async () => {
    if (isLooking) return
    isLooking = true
    await file.look()
    isLooking = false
  })
}

class BackendsFile {
  readonly #balancer: Balancer
  #text = ''
  #problem = ''

  constructor(balancer: Balancer) {
    this.#balancer = balancer
  }

  async look(): Promise<void> {
    try {
      const text = await this.#read()
      if (text === this.#text) return
      this.#text = text
      putInForce(this.#balancer, text)
      this.#problem = ''
    } catch (error) {
      if (!(error instanceof BalancerSettingsError || error instanceof DiskError)) throw error
      if (error.message !== this.#problem)
        this.#balancer.env.log.warn('the list of back-ends stays as it was', {
          why: error.message.slice(0, 1000),
        })
      this.#problem = error.message
    }
  }

  async #read(): Promise<string> {
    const { env, settings } = this.#balancer
    const file = await env.disk.open(settings.backendsFile)
    try {
      const size = await file.size()
      if (size > sizeMax)
        throw new BalancerSettingsError([
          `${settings.backendsFile}: got ${size} bytes, wanted at most ${sizeMax}`,
        ])
      return new TextDecoder().decode(await file.read(0, size))
    } finally {
      await file.close()
    }
  }
}
