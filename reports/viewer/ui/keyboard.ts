// What keys do.

import { useEffect, useRef } from 'preact/hooks'

import type { Navigator } from './navigator.ts'

/** The keys, as the help shows them. */
export const keys: readonly (readonly [keys: string, what: string])[] = [
  ['← →', 'previous, next event that is shown'],
  ['↑ ↓', 'to the cause, to an effect'],
  ['[ ]', 'previous, next event of the same node'],
  ['f F', 'next, previous fault'],
  ['v V', 'next, previous event of the violation'],
  ['Shift ← →', 'move the window'],
  ['+ −', 'zoom in, out'],
  ['0', 'the whole run'],
  ['Space', 'play, pause'],
  ['/', 'filter by text or #17; Enter goes to the first'],
  ['Esc', 'nothing selected; leave a field'],
  ['t', 'light, dark'],
  ['?', 'this list'],
]

/** The field of the filter's text. */
export const filterId = 'filter-text'

/** What the page itself does on a key. */
export interface PageActions {
  readonly toggleTheme: () => void
  readonly toggleHelp: () => void
}

/** Listens for as long as the view is there. */
export function useKeyboard(navigator: Navigator, page: PageActions): void {
  const current = useRef({ navigator, page })
  current.current = { navigator, page }
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (isTyping(event)) {
        leaveField(event, current.current.navigator)
        return
      }
      const action = actionOf(event, current.current.navigator, current.current.page)
      if (action === null) return
      event.preventDefault()
      action()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

function leaveField({ key, target }: KeyboardEvent, go: Navigator): void {
  if (!(target instanceof HTMLElement)) return
  const isFound = key === 'Enter' && target.id === filterId
  if (key === 'Escape' || isFound) target.blur()
  if (isFound) go.toFirst()
}

/** Fields take what is typed, and what has keys of its own keeps them. */
function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox' || key === ' '
  if (target instanceof HTMLSelectElement || target.isContentEditable) return true
  const isButton = target instanceof HTMLButtonElement || target.tagName === 'SUMMARY'
  if (target.getAttribute('role') === 'tab' && key.startsWith('Arrow')) return true
  if (
    target.getAttribute('role') === 'slider' &&
    (key.startsWith('Arrow') || key === 'Home' || key === 'End')
  )
    return true
  return isButton && (key === ' ' || key === 'Enter')
}

function actionOf(event: KeyboardEvent, go: Navigator, page: PageActions): (() => void) | null {
  switch (event.key) {
    case 'ArrowLeft':
      return event.shiftKey ? () => go.pan(-1) : () => go.step(-1)
    case 'ArrowRight':
      return event.shiftKey ? () => go.pan(1) : () => go.step(1)
    case 'ArrowUp':
      return () => go.toCause()
    case 'ArrowDown':
      return () => go.toEffect()
    case '[':
      return () => go.onNode(-1)
    case ']':
      return () => go.onNode(1)
    case 'f':
      return () => go.toFault(1)
    case 'F':
      return () => go.toFault(-1)
    case 'v':
      return () => go.toViolation(1)
    case 'V':
      return () => go.toViolation(-1)
    default:
      return viewActionOf(event.key, go, page)
  }
}

function viewActionOf(key: string, go: Navigator, page: PageActions): (() => void) | null {
  switch (key) {
    case '+':
    case '=':
      return () => go.zoom(1)
    case '-':
      return () => go.zoom(-1)
    case '0':
      return () => go.whole()
    case ' ':
      return () => go.play()
    case 'Escape':
      return () => go.clear()
    case '/':
      return () => document.getElementById(filterId)?.focus()
    case 't':
      return page.toggleTheme
    case '?':
      return page.toggleHelp
    default:
      return null
  }
}
