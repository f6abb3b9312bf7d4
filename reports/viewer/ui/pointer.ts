// Mouse, touch and wheel on the diagram: drag to pan, wheel or two fingers to zoom, click to select.

import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

import type { ViewAction, ViewState } from '../model/view-state.ts'

/** What the pointer acts on. */
export interface PointerTarget {
  readonly state: ViewState
  readonly dispatch: (action: ViewAction) => void
  readonly gutter: number
  readonly width: number
  readonly pick: (x: number, y: number) => void
  /** Whether the wheel scrolls the lanes. */
  readonly canScroll: boolean
}

const clickMax = 4
const zoomRate = 1.0015

/** Listens on a canvas for as long as it is there. */
export function usePointer(canvas: RefObject<HTMLCanvasElement | null>, target: PointerTarget): void {
  // The listeners stay; what they act on changes with every frame.
  const current = useRef(target)
  current.current = target
  useEffect(() => {
    const element = canvas.current
    if (element === null) return undefined
    const hand = new Hand(element, () => current.current)
    element.addEventListener('wheel', hand.wheel, { passive: false })
    element.addEventListener('pointerdown', hand.down)
    element.addEventListener('pointermove', hand.move)
    element.addEventListener('pointerup', hand.up)
    element.addEventListener('pointercancel', hand.up)
    return () => hand.leave()
  }, [canvas])
}

class Hand {
  readonly #element: HTMLCanvasElement
  readonly #target: () => PointerTarget
  readonly #fingers = new Map<number, { x: number; y: number }>()
  #moved = 0

  constructor(element: HTMLCanvasElement, target: () => PointerTarget) {
    this.#element = element
    this.#target = target
  }

  readonly wheel = (event: WheelEvent): void => {
    const { dispatch, state, gutter, width, canScroll } = this.#target()
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
    if (isSideways) {
      event.preventDefault()
      const by = event.deltaX === 0 ? event.deltaY : event.deltaX
      dispatch({ kind: 'pan', share: by / (width - gutter) })
    } else if (event.ctrlKey || event.metaKey || !canScroll) {
      event.preventDefault()
      const share = (event.offsetX - gutter) / (width - gutter)
      const around = state.from + share * (state.to - state.from)
      dispatch({ kind: 'zoom', factor: Math.exp(event.deltaY * Math.log(zoomRate)), around })
    }
  }

  readonly down = (event: PointerEvent): void => {
    this.#element.setPointerCapture(event.pointerId)
    this.#fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY })
    this.#moved = 0
  }

  readonly move = (event: PointerEvent): void => {
    const finger = this.#fingers.get(event.pointerId)
    if (finger === undefined) return
    const before = this.#spread()
    const by = event.offsetX - finger.x
    this.#moved += Math.abs(by) + Math.abs(event.offsetY - finger.y)
    finger.x = event.offsetX
    finger.y = event.offsetY
    const { dispatch, state, gutter, width } = this.#target()
    const after = this.#spread()
    if (before === null || after === null) {
      if (this.#moved > clickMax) dispatch({ kind: 'pan', share: -by / (width - gutter) })
      return
    }
    const around = state.from + ((after.middle - gutter) / (width - gutter)) * (state.to - state.from)
    dispatch({ kind: 'zoom', factor: before.distance / after.distance, around })
  }

  readonly up = (event: PointerEvent): void => {
    const isClick = this.#fingers.delete(event.pointerId) && this.#moved <= clickMax
    if (isClick && event.type === 'pointerup') this.#target().pick(event.offsetX, event.offsetY)
  }

  leave(): void {
    this.#fingers.clear()
  }

  #spread(): { readonly distance: number; readonly middle: number } | null {
    const [one, other] = [...this.#fingers.values()]
    if (one === undefined || other === undefined) return null
    return { distance: Math.max(20, Math.abs(one.x - other.x)), middle: (one.x + other.x) / 2 }
  }
}
