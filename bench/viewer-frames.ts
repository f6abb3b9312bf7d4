// How long a browser's main thread works for a frame while somebody pans or zooms, by CPU time: what others do on the machine
// makes a thread wait, and not work.

import type { Page } from 'playwright-core'

const frames = 120
/** The other way after so many: a stretch that lies at the end of the run does not move any more. */
const turn = 30

/** What a wheel says in a frame, when it goes one way (1) or the other (-1). */
const gestures = {
  pan: '{ deltaX: 12 * way }',
  zoom: '{ ctrlKey: true, deltaY: -60 * way }',
} as const

/** Milliseconds of the main thread a frame. */
export async function frameMilliseconds(tab: Page, gesture: keyof typeof gestures): Promise<number> {
  const session = await tab.context().newCDPSession(tab)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const taskSeconds = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
  }
  const before = await taskSeconds()
  await tab.evaluate(`(async () => {
    const canvas = document.querySelector('.diagram canvas')
    const { x, y, width } = canvas.getBoundingClientRect()
    const place = { clientX: x + width / 2, clientY: y + 60, bubbles: true, cancelable: true }
    for (let frame = 0; frame < ${frames}; frame++) {
      const way = Math.floor(frame / ${turn}) % 2 === 0 ? 1 : -1
      canvas.dispatchEvent(new WheelEvent('wheel', { ...place, ...${gestures[gesture]} }))
      await new Promise(requestAnimationFrame)
    }
  })()`)
  const took = (await taskSeconds()) - before
  await session.detach()
  return (took / frames) * 1000
}
