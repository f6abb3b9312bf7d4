// Text on a canvas.

/** A text cut to a width. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  const short = text.length > 200 ? text.slice(0, 200) : text
  if (context.measureText(short).width <= width) return short
  let length = Math.max(1, Math.floor((short.length * width) / context.measureText(short).width))
  while (length > 1 && context.measureText(`${short.slice(0, length)}…`).width > width) length--
  return `${short.slice(0, length)}…`
}
