// The width of an element, as it changes.

import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'

/** The width of an element in pixels of the page; 0 until it is there. */
export function useSize(element: RefObject<HTMLElement | null>): { readonly width: number } {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const current = element.current
    if (current === null) return undefined
    const observer = new ResizeObserver(() => setWidth(current.clientWidth))
    observer.observe(current)
    setWidth(current.clientWidth)
    return () => observer.disconnect()
  }, [element])
  return { width }
}
