// What clients called, as bars in lanes of their own: how a call ended shows in how its bar is filled and ends.

import { firstSpanFrom, type Span } from '../../model/operations.ts'
import { firstAtLeast, lastAtMost } from '../../model/run.ts'
import { operationRowHeight, type RunScene } from '../../model/scene.ts'
import { callText } from '../../model/call-text.ts'
import type { Box } from './bands.ts'
import { type Frame, isVisible, topOf, xOf } from './frame.ts'
import { fitted, widthOf } from './text.ts'

/** In less room than this nobody reads anything. */
const labelMin = 30

/** Draws the calls that are to be seen. */
export function drawOperations(frame: Frame): void {
  frame.scene.runs.forEach((scene, index) => {
    const lastRight = new Map<number, number>()
    const { run, operations } = scene
    const begun = lastAtMost(run.x, frame.to)
    for (let at = firstSpanFrom(operations, firstAtLeast(run.x, frame.from)); ; at++) {
      const span = operations.spans[at]
      if (span === undefined || span.invoke > begun) return
      drawSpan(frame, scene, span, { index, lastRight })
    }
  })
  frame.context.globalAlpha = 1
  frame.context.setLineDash([])
}

interface Place {
  readonly index: number
  /** By row, how far bars were drawn: what would lie under the last pixel is left out. */
  readonly lastRight: Map<number, number>
}

function drawSpan(frame: Frame, scene: RunScene, span: Span, { index, lastRight }: Place): void {
  const { context } = frame
  const { run } = scene
  const laneNumber = scene.operationsLaneOf[span.node] ?? -1
  const lane = frame.scene.lanes[laneNumber]
  if (lane === undefined || !isVisible(frame, lane)) return
  const end = span.end === 0 ? run.count : span.end
  const left = xOf(frame, run.x[span.invoke] as number)
  const right = Math.max(xOf(frame, run.x[end] as number), left + 1.5)
  if (right < frame.gutter) return
  const row = laneNumber * 16 + span.row
  if (right - (lastRight.get(row) ?? -10) < 1) return
  lastRight.set(row, right)
  const isShown = frame.shown[index]?.[span.invoke] === 1 || frame.shown[index]?.[span.end] === 1
  context.globalAlpha = isShown ? 1 : 0.25
  const top = topOf(frame, lane) + 2 + span.row * operationRowHeight
  const height = operationRowHeight - 2
  const isWitness = frame.violations.includes(span.invoke) || frame.violations.includes(span.end)
  paintCall(frame, span.phase, { box: [left, top, right - left, height], isWitness })
  const ends = [Math.max(left, frame.gutter), right] as const
  if (ends[1] - ends[0] < labelMin) return
  drawText(frame, { text: textOf(span), hasPattern: span.phase !== 'ok' }, ends, top + height / 2)
}

interface CallBox {
  readonly box: Box
  readonly isWitness: boolean
}

/** Paints the bar of a call: how it ended shows in how the bar is filled and edged. */
export function paintCall(
  { context, theme }: Pick<Frame, 'context' | 'theme'>,
  phase: Span['phase'],
  { box, isWitness }: CallBox,
): void {
  const [, , width] = box
  context.fillStyle = phase === 'ok' ? theme.line : theme.surface
  context.fillRect(...box)
  const isUnknown = phase === 'info' || phase === 'open'
  if (phase !== 'ok') {
    context.fillStyle = isUnknown ? (theme.patterns['clock'] ?? theme.line) : theme.paused
    context.fillRect(...box)
  }
  context.strokeStyle = isWitness ? theme.bad : theme.muted
  context.lineWidth = isWitness ? 2.5 : 1
  if (isUnknown) context.setLineDash([3, 2])
  if (width > 3 || isWitness) context.strokeRect(...box)
  context.setLineDash([])
}

/** What calls are called: worked out once, and not with every frame. */
const texts = new WeakMap<Span, string>()

function textOf(span: Span): string {
  const text = texts.get(span) ?? callText(span)
  texts.set(span, text)
  return text
}

interface Label {
  readonly text: string
  readonly hasPattern: boolean
}

function drawText(
  frame: Frame,
  { text, hasPattern }: Label,
  [left, right]: readonly [number, number],
  y: number,
): void {
  const { context, theme } = frame
  context.textAlign = 'left'
  context.font = '9px system-ui, sans-serif'
  const words = fitted(context, text, right - left - 6)
  // Letters over dots or bars cannot be read.
  if (hasPattern) {
    context.fillStyle = theme.surface
    context.fillRect(left + 2, y - 4, widthOf(context, words) + 2, 8)
  }
  context.fillStyle = theme.ink
  context.fillText(words, left + 3, y + 0.5)
  context.font = '11px system-ui, sans-serif'
}
