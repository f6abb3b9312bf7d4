// A real browser for tests of what a page shows: Debian's Chromium, without a network.

import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { type Browser, chromium, type Page } from 'playwright-core'

const executablePath = process.env['FAULTLINE_CHROMIUM'] ?? '/usr/bin/chromium'
const pictures = fileURLToPath(new URL('../../coverage/pictures/', import.meta.url))
const flags = ['--disable-background-networking', '--disable-component-update', '--disable-sync']

/**
 * Whether there is a browser. Says in one line how to get it where there is none; in CI that is an error: tests that were
 * left out show nothing.
 */
export function hasBrowser(): boolean {
  if (existsSync(executablePath)) return true
  const how = `no browser at ${executablePath}: tests of the viewer need it (apt-get install chromium)`
  if (!['', 'false'].includes(process.env['CI'] ?? '')) throw new Error(how)
  console.warn(`skipped: ${how}`)
  return false
}

/** Starts it. To be closed. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', ...flags] })
}

/** How a page is looked at. */
export interface Look {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
  /** What is there once everything is drawn; default: what the viewer says. */
  readonly ready?: string
}

/** A page of the viewer that is open, and all that went wrong in it. */
export interface OpenPage {
  readonly page: Page
  /** Errors, refusals of the page's policy, and whatever it asked a network for. */
  readonly complaints: readonly string[]
}

/** Opens a page that Faultline wrote, and waits until everything is drawn. */
export async function openPage(browser: Browser, path: string, look: Look = {}): Promise<OpenPage> {
  const { width = 1280, height = 900, colorScheme = 'light', ready = '#viewer[data-ready]' } = look
  const page = await browser.newPage({ viewport: { width, height }, colorScheme })
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(`asked for ${request.url()}`)
  })
  await page.goto(pathToFileURL(path).href)
  await page.waitForSelector(ready)
  return { page, complaints }
}

/** Keeps a picture of a page in `coverage/pictures`: all of it, or (of what is no HTML) what is in sight. */
export async function keepPicture(page: Page, name: string, fullPage = true): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage })
}
