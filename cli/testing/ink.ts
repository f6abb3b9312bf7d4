// What stands on the canvas of a diagram: how many pixels of a colour, and where.

import type { Page } from 'playwright-core'

/** A part of the canvas, in pixels of the page. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Pixels of a colour: how many, and their middle. */
export interface Ink {
  readonly count: number
  readonly x: number
  readonly y: number
}

/** The pixels in an area that have nearly the colour of a custom property of the page's style. */
export function inkOn(page: Page, colour: string, { x, y, width, height }: Area): Promise<Ink> {
  return page.evaluate<Ink>(`(() => {
    const near = 40
    const probe = document.createElement('canvas').getContext('2d')
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--${colour}').trim()
    probe.fillRect(0, 0, 1, 1)
    const wanted = probe.getImageData(0, 0, 1, 1).data
    const context = document.querySelector('.diagram canvas').getContext('2d')
    const { data } = context.getImageData(${x}, ${y}, ${width}, ${height})
    let [count, sumX, sumY] = [0, 0, 0]
    for (let at = 0; at < data.length; at += 4) {
      if ([0, 1, 2].some((part) => Math.abs(data[at + part] - wanted[part]) > near)) continue
      count++
      sumX += (at / 4) % ${width}
      sumY += Math.floor(at / 4 / ${width})
    }
    return { count, x: ${x} + sumX / Math.max(1, count), y: ${y} + sumY / Math.max(1, count) }
  })()`)
}
