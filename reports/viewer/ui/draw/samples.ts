// Samples of what the diagram draws, each by the code that draws it there: the legend cannot differ from what it explains.

import type { FaultFamily } from '../../model/bands.ts'
import type { Span } from '../../model/operations.ts'
import { drawLines, styleLines } from './arrows.ts'
import { faultBoxHeight, paintFault, paintState } from './bands.ts'
import { paintViolation } from './draw.ts'
import { drawOnlyLine, drawShape, type Shape } from './events.ts'
import { lost } from './forms.ts'
import { drawMarksOf, manyMin, type MarkedFate } from './marks.ts'
import { paintCall } from './operations.ts'
import type { Theme } from './theme.ts'

/** A small picture. */
export interface Sample {
  readonly width: number
  readonly height: number
  readonly paint: (context: CanvasRenderingContext2D, theme: Theme) => void
}

/** The bar of a state, by the number of its colour. */
export function stateSample(number: number): Sample {
  const [width, height] = [34, 11]
  return {
    width,
    height,
    paint: (context, theme) => paintState({ context, theme }, number, [0, width], height / 2),
  }
}

/** An arrow, by the place of its fate. */
export function arrowSample(fate: number): Sample {
  const [width, height] = [34, 12]
  const end = fate === lost ? width - 7 : width
  return {
    width,
    height,
    paint: (context, theme) => {
      styleLines(context, theme, fate, false)
      drawLines(context, fate, [[0, height / 2, end, height / 2]], true)
    },
  }
}

/** A mark for many messages of a fate. */
export function markSample(fate: MarkedFate): Sample {
  const [width, height] = [14, 12]
  return {
    width,
    height,
    paint: (context, theme) => drawMarksOf(context, theme, fate, [[width / 2, height / 2, manyMin]]),
  }
}

/** The shape of a kind of event. */
export function shapeSample(shape: Shape): Sample {
  const [width, height] = [12, 14]
  return {
    width,
    height,
    paint: (context, theme) => {
      context.fillStyle = theme.ink
      context.strokeStyle = theme.ink
      drawShape(context, shape, width / 2, height / 2)
    },
  }
}

/** The box of a fault. */
export function faultSample(family: FaultFamily): Sample {
  const [width, height] = [24, faultBoxHeight]
  return {
    width,
    height,
    paint: (context, theme) => paintFault(context, theme, family, [0, 0, width, height]),
  }
}

/** The bar of a call. */
export function callSample(phase: Span['phase']): Sample {
  const [width, height] = [24, 12]
  const box = [0.5, 1.5, width - 1, height - 3] as const
  return {
    width,
    height,
    paint: (context, theme) => paintCall({ context, theme }, phase, { box, isWitness: false }),
  }
}

/** An event that only one of two runs has. */
export function onlySample(run: 0 | 1): Sample {
  const [width, height] = [26, 20]
  return {
    width,
    height,
    paint: (context, theme) => {
      context.fillStyle = run === 0 ? theme.onlyA : theme.onlyB
      drawShape(context, 'dot', width / 2, height / 2)
      drawOnlyLine(context, run, width / 2, height / 2)
    },
  }
}

/** The line of a violation. */
export const violationSample: Sample = {
  width: 14,
  height: 16,
  paint: (context, theme) => paintViolation({ context, theme }, 4, [0, 16]),
}
