// The page begins here: it takes its document apart and shows what that holds.

import { type JSX, render } from 'preact'

import { Comparison } from '../model/comparison.ts'
import type { PageDocument, Sections } from '../model/document.ts'
import { Run } from '../model/run.ts'
import { shownOnPage } from '../../shown-text.ts'
import { CampaignView } from './campaign.tsx'
import { loadDocument } from './load.ts'
import 'uplot/dist/uPlot.min.css'
import './style/palette.css'
import './style/page.css'
import './style/diagram.css'
import './style/panel.css'
import './style/campaign.css'
import './style/narrow.css'
import { guardTexts } from './page-text.ts'
import { TraceView } from './trace-view.tsx'

const root = document.querySelector('#viewer')
const data = document.querySelector('#document')

/** Tells tests and whoever measures that everything is drawn. */
const readyMark = 'faultline-ready'

guardTexts()

async function show(into: Element): Promise<void> {
  const { document: shown, sections } = await loadDocument(data?.textContent ?? '')
  document.title = shownOnPage(titleOf(shown))
  render(viewOf(shown, sections), into)
  requestAnimationFrame(() => {
    performance.mark(readyMark)
    into.setAttribute('data-ready', 'true')
  })
}

function titleOf(shown: PageDocument): string {
  if (shown.view === 'campaign') return `${shown.campaign.name} · Faultline`
  const names = shown.runs.map(({ scenario, seed }) => `${scenario} seed ${seed}`)
  return `${names.join(' and ')} · Faultline`
}

function viewOf(shown: PageDocument, sections: Sections): JSX.Element {
  switch (shown.view) {
    case 'campaign':
      return <CampaignView campaign={shown.campaign} />
    case 'trace':
      return <TraceView runs={[new Run(shown.runs[0], sections, 0)]} comparison={null} />
    case 'comparison': {
      const runs = [new Run(shown.runs[0], sections, 0), new Run(shown.runs[1], sections, 1)] as const
      return <TraceView runs={runs} comparison={new Comparison(shown.comparison, runs, sections)} />
    }
  }
}

if (root !== null)
  show(root).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error)
    render(<p class="failed">This page cannot be shown: {text}</p>, root)
  })
