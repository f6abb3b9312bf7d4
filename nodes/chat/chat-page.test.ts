// The page of the chat in a real browser: two people, who must not be able to do anything to each other but talk.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { type ChatServer, Person, servedChat } from './testing/chat-server.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const executablePath = process.env['FAULTLINE_CHROMIUM'] ?? '/usr/bin/chromium'
const isHere = existsSync(executablePath)
if (!isHere && !['', 'false'].includes(process.env['CI'] ?? ''))
  throw new Error(`no browser at ${executablePath}`)
const pictures = fileURLToPath(new URL('../../coverage/pictures/', import.meta.url))
mkdirSync(pictures, { recursive: true })

let browser: Browser
let server: ChatServer

beforeAll(async () => {
  if (!isHere) return
  browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] })
  server = await servedChat({ compression: {} })
})

afterAll(async () => {
  if (!isHere) return
  await browser.close()
  await server.stop()
})

interface Visitor {
  readonly page: Page
  readonly complaints: string[]
}

async function visit(
  nick: string,
  colorScheme: 'light' | 'dark',
  width = 900,
  room = 'lobby',
): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width, height: 600 }, colorScheme })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (
      !request.url().startsWith(`http://127.0.0.1:${server.webPort}/`) &&
      !request.url().startsWith('data:')
    )
      complaints.push(`asked for ${request.url()}`)
  })
  page.on('dialog', (dialog) => void complaints.push(`dialog ${dialog.message()}`))
  await page.goto(`http://127.0.0.1:${server.webPort}/`)
  await page.fill('#room-name', room)
  await page.fill('#nick', nick)
  await page.keyboard.press('Enter')
  return { page, complaints }
}

const say = async ({ page }: Visitor, text: string): Promise<void> => {
  await page.fill('#text', text)
  await page.keyboard.press('Enter')
}
const texts = ({ page }: Visitor): Promise<readonly string[]> =>
  page.locator('#log li[data-seq] .text').allTextContents()
const hears = async ({ page }: Visitor, text: string): Promise<void> => {
  await page.locator('#log li[data-seq] .text', { hasText: text }).first().waitFor()
}
const hostile = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(2)</script>',
  '"><svg onload=alert(3)>',
  'javascript:alert(4)',
  '&lt;b&gt; &amp;',
]

test.skipIf(!isHere)(
  'two people talk, see each other come and go, and what they write stays text',
  async () => {
    const ann = await visit('ann', 'light')
    await ann.page.locator('#state[data-connected="yes"]').waitFor()
    const bob = await visit('bob', 'dark')
    await ann.page.locator('#members li', { hasText: 'bob' }).waitFor()
    await say(ann, 'hello bob')
    await hears(bob, 'hello bob')
    for (const text of hostile) await say(bob, text)
    await hears(ann, hostile.at(-1) ?? '')
    expect(await texts(ann)).toEqual(['hello bob', ...hostile])
    expect(await texts(bob)).toEqual(await texts(ann))
    expect(await ann.page.locator('#log img, #log script, #log svg, #log b').count()).toBe(0)
    await say(ann, '/msg bob just for you')
    await bob.page.locator('#log li.note', { hasText: 'ann to you: just for you' }).waitFor()
    await say(bob, '/away at lunch')
    await ann.page.locator('#members li', { hasText: 'bob (away: at lunch)' }).waitFor()
    await ann.page.screenshot({ path: `${pictures}chat-light.png` })
    await bob.page.screenshot({ path: `${pictures}chat-dark.png` })
    // Over lines it is the same room.
    const cat = new Person(server.port).type('/nick cat', '/join lobby', 'from a terminal')
    await hears(ann, 'from a terminal')
    await cat.hears(/\[lobby 7\] cat: from a terminal/)
    await bob.page.close()
    await ann.page.locator('#log li.note', { hasText: 'bob went' }).waitFor()
    expect([ann.complaints, bob.complaints]).toEqual([[], []])
    cat.socket.destroy()
    await ann.page.close()
  },
)

test.skipIf(!isHere)('a name that is taken is told, and a narrow window shows everything', async () => {
  const ann = await visit('dora', 'light', 360)
  await ann.page.locator('#state[data-connected="yes"]').waitFor()
  const other = await visit('Dora', 'dark', 360)
  await other.page.locator('#problem', { hasText: 'somebody is called Dora' }).waitFor()
  expect(await focused(other)).toBe('nick')
  await other.page.screenshot({ path: `${pictures}chat-enter.png` })
  // Another name is taken at once.
  await other.page.fill('#nick', 'AVeryLongNameOf24Letters')
  await other.page.keyboard.press('Enter')
  await other.page.locator('#state[data-connected="yes"]').waitFor()
  await say(other, `${'Donaudampfschifffahrt'.repeat(20)} https://example.org/${'a'.repeat(300)}`)
  await hears(ann, 'Donaudampfschifffahrt')
  await ann.page.screenshot({ path: `${pictures}chat-narrow.png` })
  for (const { page } of [ann, other]) {
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true)
    // The placeholder is not cut off.
    expect(await page.evaluate(placeholderFits)).toBe(true)
  }
  await ann.page.close()
  await other.page.close()
})

const focused = ({ page }: Visitor): Promise<unknown> => page.evaluate('document.activeElement.id')
const placeholderFits = `(() => {
  const field = document.getElementById('text'), style = getComputedStyle(field)
  const measured = document.createElement('canvas').getContext('2d')
  measured.font = style.font
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
  return measured.measureText(field.placeholder).width <= room
})()`

test.skipIf(!isHere)('a room that is refused leaves one where one was', async () => {
  const ann = await visit('ann', 'light')
  await ann.page.locator('#state[data-connected="yes"]').waitFor()
  await say(ann, 'in the lobby')
  await hears(ann, 'in the lobby')
  await say(ann, '/join NO')
  await ann.page.locator('#log li.note', { hasText: '! a room is called by' }).waitFor()
  await say(ann, 'still here')
  await hears(ann, 'still here')
  await say(ann, '/join kitchen')
  await ann.page.locator('#room', { hasText: 'kitchen' }).waitFor()
  expect(await texts(ann)).toEqual([])
  await say(ann, 'in the kitchen')
  await hears(ann, 'in the kitchen')
  // That one has left the lobby says nothing of who is in the kitchen.
  expect(await ann.page.locator('#members li').allTextContents()).toEqual(['ann'])
  // The name that is shown is the one that one has.
  await say(ann, '/nick anna')
  await ann.page.locator('#state', { hasText: 'connected as anna' }).waitFor()
  await say(ann, '/wave')
  await ann.page.locator('#log li.note', { hasText: '! there is no /wave: /msg NAME TEXT' }).waitFor()
  // Whoever loads the page again finds who and where they were.
  await ann.page.reload()
  expect(await ann.page.inputValue('#nick')).toBe('anna')
  expect(await ann.page.inputValue('#room-name')).toBe('kitchen')
  expect(ann.complaints).toEqual([])
  await ann.page.close()
})

test.skipIf(!isHere)('a room that is refused at the door is told there', async () => {
  const full = await servedChat({ limits: { membersMax: 1 } })
  const saved = server
  server = full
  const ann = await visit('ann', 'light')
  await ann.page.locator('#state[data-connected="yes"]').waitFor()
  const bob = await visit('bob', 'dark', 400)
  await bob.page.locator('#problem', { hasText: 'lobby is full' }).waitFor()
  expect(await focused(bob)).toBe('room-name')
  await bob.page.fill('#room-name', 'kitchen')
  await bob.page.keyboard.press('Enter')
  await bob.page.locator('#room', { hasText: 'kitchen' }).waitFor()
  expect([ann.complaints, bob.complaints]).toEqual([[], []])
  await ann.page.close()
  await bob.page.close()
  await full.stop()
  server = saved
})

test.skipIf(!isHere)('everything can be done by the keyboard alone, and heard', async () => {
  const ann = await visit('ann', 'dark', 400)
  await ann.page.locator('#state[data-connected="yes"]').waitFor()
  expect(await focused(ann)).toBe('text')
  await ann.page.keyboard.type('by the keyboard')
  await ann.page.keyboard.press('Enter')
  await hears(ann, 'by the keyboard')
  await ann.page.keyboard.press('Shift+Tab')
  expect(await focused(ann)).toBe('log')
  // What has the focus is seen to have it.
  expect(await ann.page.evaluate('getComputedStyle(document.activeElement).outlineWidth')).toBe('3px')
  await ann.page.keyboard.press('Escape')
  expect(await focused(ann)).toBe('text')
  const log = ann.page.getByRole('log', { name: 'Messages' })
  expect(await log.getAttribute('aria-live')).toBe('polite')
  // A message that is not stored yet is not told, and then told once.
  expect(await log.locator('li[aria-hidden]').count()).toBe(0)
  await ann.page.screenshot({ path: `${pictures}chat-keyboard.png` })
  await ann.page.close()
})

test.skipIf(!isHere)('300 messages that come at once end with the last in sight', async () => {
  const cat = new Person(server.port).type('/nick cat', '/join crowd')
  await cat.hears(/you are in crowd/)
  const ann = await visit('ann', 'light', 400, 'crowd')
  await ann.page.locator('#state[data-connected="yes"]').waitFor()
  for (let count = 1; count <= 300; count++) cat.type(`message ${count}`)
  await ann.page.locator('#log li[data-seq="300"]').waitFor()
  expect(await texts(ann)).toHaveLength(300)
  const end = 'document.querySelector("#log").scrollHeight - document.querySelector("#log").clientHeight'
  expect(await ann.page.evaluate(`${end} - document.querySelector("#log").scrollTop < 2`)).toBe(true)
  // Who reads further up is left there.
  await ann.page.evaluate('document.querySelector("#log").scrollTop = 0')
  cat.type('one more')
  await hears(ann, 'one more')
  expect(await ann.page.evaluate('document.querySelector("#log").scrollTop')).toBe(0)
  cat.socket.destroy()
  await ann.page.close()
})

test.skipIf(!isHere)(
  'a page comes back after its server did, reads on, and sends again what was not acknowledged',
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'faultline-chat-'))
    const first = await servedChat({}, { data })
    const saved = server
    server = first
    const ann = await visit('ann', 'light')
    await ann.page.locator('#state[data-connected="yes"]').waitFor()
    await say(ann, 'before')
    await hears(ann, 'before')
    await say(ann, '/away at lunch')
    await say(ann, '/nick anna')
    await ann.page.locator('#members li', { hasText: 'anna (away: at lunch)' }).waitFor()
    await first.stop()
    await ann.page.locator('#state[data-connected="no"]').waitFor()
    // A command is not kept for later, and whoever gave it sees that.
    await say(ann, '/msg bob hello')
    await ann.page.locator('#log li.note', { hasText: '! there is no connection' }).waitFor()
    expect(await ann.page.inputValue('#text')).toBe('/msg bob hello')
    await say(ann, 'meanwhile')
    await ann.page.locator('#log li.waiting[aria-hidden]').waitFor()
    await ann.page.screenshot({ path: `${pictures}chat-lost.png` })
    const second = await servedChat({}, { data, port: first.port, webPort: first.webPort })
    await hears(ann, 'meanwhile')
    expect(await texts(ann)).toEqual(['before', 'meanwhile'])
    expect(await ann.page.locator('#log li.waiting').count()).toBe(0)
    expect(await ann.page.locator('#members li').allTextContents()).toEqual(['anna (away: at lunch)'])
    await second.stop()
    await ann.page.close()
    server = saved
    rmSync(data, { recursive: true, force: true })
  },
)
