// Whatever text an element of the page is given, it is shown as one that cannot steer what stands around it: names and payloads
// of a trace come from anywhere, and stand in too many places for each to remember.

import { type ComponentChild, type ComponentChildren, options } from 'preact'

import { shownOnPage } from '../../shown-text.ts'

/** Holds for all elements that are made from here on. */
export function guardTexts(): void {
  options.vnode = (vnode) => {
    const { props } = vnode as { readonly props: { children?: ComponentChildren } | null }
    if (typeof vnode.type === 'string' && props !== null && props.children !== undefined)
      props.children = guarded(props.children)
  }
}

function guarded(children: ComponentChildren): ComponentChildren {
  if (Array.isArray(children)) return (children as readonly ComponentChild[]).map(guarded) as ComponentChild[]
  return typeof children === 'string' ? shownOnPage(children) : children
}
