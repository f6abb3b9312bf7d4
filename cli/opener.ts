// Starts what a platform opens files with.

import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Starts it and goes on; its name, or null where there is none. */
export function startOpener(file: string): string | null {
  const { command, words } = openerOf(process.platform, file)
  if (!isOnPath(command) || !hasDisplay(process.platform)) return null
  const child = spawn(command, words, { detached: true, stdio: 'ignore' })
  // Whatever becomes of it: where the page is has been said.
  child.on('error', () => undefined)
  child.unref()
  return command
}

function openerOf(
  platform: NodeJS.Platform,
  file: string,
): { readonly command: string; readonly words: readonly string[] } {
  if (platform === 'darwin') return { command: 'open', words: [file] }
  if (platform === 'win32') return { command: 'explorer.exe', words: [file] }
  return { command: 'xdg-open', words: [file] }
}

/** Without a display it would start a browser for terminals, in nobody's terminal. */
function hasDisplay(platform: NodeJS.Platform): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  return platform === 'darwin' || platform === 'win32' || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY)
}

function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return folder !== ''
    } catch {
      return false
    }
  })
}
