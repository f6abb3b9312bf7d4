// The page begins here: it takes its document apart and shows what that holds.

import { render } from 'preact'

import { Run } from '../model/run.ts'
import { loadDocument } from './load.ts'
import './style.css'
import { TraceView } from './trace-view.tsx'

const root = document.querySelector('#viewer')
const data = document.querySelector('#document')

/** Tells tests and whoever measures that everything is drawn. */
const readyMark = 'faultline-ready'

async function show(into: Element): Promise<void> {
  const { document: shown, sections } = await loadDocument(data?.textContent ?? '')
  if (shown.view !== 'campaign') {
    const runs = shown.runs.map((info, index) => new Run(info, sections, index))
    document.title = `${shown.runs[0].scenario} seed ${shown.runs[0].seed} · Faultline`
    render(<TraceView runs={runs} comparison={null} />, into)
  }
  requestAnimationFrame(() => {
    performance.mark(readyMark)
    into.setAttribute('data-ready', 'true')
  })
}

if (root !== null)
  show(root).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error)
    render(<p class="failed">This page cannot be shown: {text}</p>, root)
  })
