// What a page looks like with a colour-vision deficiency, and whether two parts of it can be told apart by lightness or
// form alone: hue is left out, so what passes here needs no colours at all.

import type { Page } from 'playwright-core'

/** How few colours an eye may see. */
export const deficiencies = ['none', 'deuteranopia', 'protanopia', 'tritanopia', 'achromatopsia'] as const

/** A part of a picture: the lightness (CIE L*, 0 to 100) of each pixel, row by row. */
export interface Sample {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly light: readonly number[]
}

/** What differs by less lightness than this is the same to an eye; a part of it, what noise of edges may be. */
const stepMin = 12
const shiftMax = 6

/**
 * The share of pixels, of those that are not paper in either, that differ in lightness where two samples are laid over
 * each other as well as they can be: 0 where they look the same, whatever their hues. Stripes that are shifted are no
 * difference.
 */
export function differenceOf(one: Sample, other: Sample): number {
  let least = 1
  for (let dx = -shiftMax; dx <= shiftMax; dx++)
    for (let dy = -1; dy <= 1; dy++) least = Math.min(least, shiftedDifference(one, other, dx, dy))
  return least
}

function shiftedDifference(one: Sample, other: Sample, dx: number, dy: number): number {
  const paper = one.light[0] ?? 0
  let [marked, differing] = [0, 0]
  for (let y = 1; y < Math.min(one.height, other.height) - 1; y++)
    for (let x = shiftMax; x < Math.min(one.width, other.width) - shiftMax; x++) {
      const here = one.light[y * one.width + x] ?? paper
      const there = other.light[(y + dy) * other.width + x + dx] ?? paper
      const isApart = Math.abs(here - there) >= stepMin
      if (isApart) differing++
      if (isApart || Math.abs(here - paper) >= stepMin) marked++
    }
  return marked === 0 ? 0 : differing / marked
}

/** The pairs of which too little differs, as texts. */
export function alike(samples: readonly Sample[], shareMin: number): readonly string[] {
  return samples.flatMap((one, place) =>
    samples.slice(place + 1).flatMap((other) => {
      const share = differenceOf(one, other)
      return share >= shareMin ? [] : [`${one.name} and ${other.name}: ${(share * 100).toFixed(0)} %`]
    }),
  )
}

/** The parts of a page that each selector names, as somebody with a deficiency sees them. */
export async function samplesOf(
  page: Page,
  selectors: readonly string[],
  type: (typeof deficiencies)[number],
): Promise<readonly (readonly Sample[])[]> {
  const boxes = await page.evaluate<readonly (Box & { readonly group: number })[]>(
    `${JSON.stringify(selectors)}.flatMap((selector, group) => [...document.querySelectorAll(selector)].map((each) => {
      const { x, y, width, height } = each.getBoundingClientRect()
      return { group, name: each.parentElement.innerText.trim(), x, y, width, height }
    }))`,
  )
  const samples = await samplesIn(page, boxes, type)
  return selectors.map((_, group) => samples.filter((_sample, place) => boxes[place]?.group === group))
}

/** A part of a page that has a name, in pixels of the page. */
export interface Box {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Parts of a page, as somebody with a deficiency sees them. */
export async function samplesIn(
  page: Page,
  boxes: readonly Box[],
  type: (typeof deficiencies)[number],
): Promise<readonly Sample[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setEmulatedVisionDeficiency', { type })
  const picture = await page.screenshot()
  await session.detach()
  const browser = page.context().browser()
  if (browser === null) throw new Error('the browser is gone')
  const blank = await browser.newPage()
  const samples = await blank.evaluate<readonly Sample[]>(
    `(${lightnessScript})('data:image/png;base64,${picture.toString('base64')}', ${JSON.stringify(boxes)})`,
  )
  await blank.close()
  return samples
}

/** Runs in a blank page, without the viewer's policy. Luminance is summed in linear light. */
const lightnessScript = `async (url, boxes) => {
  const image = new Image()
  image.src = url
  await image.decode()
  const canvas = new OffscreenCanvas(image.width, image.height)
  const context = canvas.getContext('2d')
  context.drawImage(image, 0, 0)
  const linear = (byte) => byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4
  return boxes.map(({ name, x, y, ...size }) => {
    const [width, height] = [Math.round(size.width), Math.round(size.height)]
    const { data } = context.getImageData(Math.round(x), Math.round(y), width, height)
    const light = []
    for (let at = 0; at < data.length; at += 4) {
      const luminance = 0.2126 * linear(data[at]) + 0.7152 * linear(data[at + 1]) + 0.0722 * linear(data[at + 2])
      light.push(luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance)
    }
    return { name, width, height, light }
  })
}`
