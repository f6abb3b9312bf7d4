// What `faultline serve` says when its program does not get the address that it wanted: one line, with what to do.

import { addressText, type ListenRefusal } from '../sim/index.ts'

/** What is said of it. `usualPort` is the port that `--port` is about. */
export function refusalText(refusal: ListenRefusal, usualPort: number | undefined): string {
  const { got, wanted, isAboutHost = false } = problemOf(refusal, usualPort)
  return `${isAboutHost ? '--host' : optionOf(refusal, usualPort)}: got ${addressText(refusal.address)}, ${got}; wanted ${wanted}`
}

/** The option that chooses the address. */
function optionOf({ kind, port, address }: ListenRefusal, usualPort: number | undefined): string {
  if (kind === 'messages') return '--messages'
  return port === usualPort && 'host' in address ? '--port' : '--listen'
}

interface Problem {
  readonly got: string
  readonly wanted: string
  readonly isAboutHost?: boolean
}

function problemOf(refusal: ListenRefusal, usualPort: number | undefined): Problem {
  const { kind, address, error } = refusal
  const code = systemCode(refusal)
  if ('path' in address) return problemOfSocket(code, error.message)
  const other = `another one by ${howToChoose(refusal, usualPort)}`
  switch (code) {
    case 'EADDRINUSE':
      return { got: 'where something else listens already', wanted: `that to be stopped, or ${other}` }
    case 'EACCES':
    case 'EPERM':
      return {
        got: 'where this user may not listen (ports below 1024 are mostly for root)',
        wanted: other,
      }
    case 'EADDRNOTAVAIL':
      return {
        got: `but no interface of this machine is ${address.host}`,
        wanted: 'one of its own: 127.0.0.1, ::1, or 0.0.0.0 for all',
        isAboutHost: kind !== 'messages',
      }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        got: `but there is no host ${address.host}`,
        wanted: 'an address of this machine: 127.0.0.1, ::1, or 0.0.0.0 for all',
        isAboutHost: kind !== 'messages',
      }
    default:
      return { got: error.message, wanted: other }
  }
}

function problemOfSocket(code: string, message: string): Problem {
  if (code === 'EADDRINUSE')
    return {
      got: 'where there is a file or a socket already',
      wanted: 'it to be removed if nobody listens on it, or another path',
    }
  return { got: message, wanted: 'a path in a folder that is there and that this user may write' }
}

function howToChoose({ kind, port }: ListenRefusal, usualPort: number | undefined): string {
  if (kind === 'messages') return '--messages HOST:PORT'
  return port === usualPort
    ? '--port N (0: any free one)'
    : `--listen ${port}=HOST:PORT (port 0: any free one)`
}

/** Programs know fewer codes than the system has: the text of their errors has the others in brackets. */
function systemCode({ error }: ListenRefusal): string {
  return /\(([A-Z_]+)\)$/.exec(error.message)?.[1] ?? error.code
}
