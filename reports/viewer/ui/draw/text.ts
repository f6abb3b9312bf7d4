// Text on a canvas.

import { shownText } from '../../../shown-text.ts'

/** Widths that were measured, by font and text: the same labels come again with every frame. */
const widths = new Map<string, number>()
const widthsMax = 4000

/** How wide a text is in the font that is set. */
export function widthOf(context: CanvasRenderingContext2D, text: string): number {
  const name = `${context.font} ${text}`
  const known = widths.get(name)
  if (known !== undefined) return known
  if (widths.size >= widthsMax) widths.clear()
  const { width } = context.measureText(text)
  widths.set(name, width)
  return width
}

/** A text cut to a width. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  const short = shownText(text.length > 200 ? text.slice(0, 200) : text)
  const whole = widthOf(context, short)
  if (whole <= width) return short
  let length = Math.max(1, Math.floor((short.length * width) / whole))
  while (length > 1 && widthOf(context, `${short.slice(0, length)}…`) > width) length--
  return `${short.slice(0, length)}…`
}
