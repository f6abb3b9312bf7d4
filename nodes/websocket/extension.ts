// The header Sec-WebSocket-Extensions (RFC 6455, section 9.1), and what of permessage-deflate is agreed on (RFC 7692, section 7.1).

import type { DeflateDirection } from './deflate.ts'

/** An extension with its parameters in their order; null is a parameter without a value. */
export interface Extension {
  readonly name: string
  readonly parameters: readonly (readonly [name: string, value: string | null])[]
}

/** How messages are compressed, where both sides want it. */
export interface Compression {
  /** Messages of fewer bytes are sent as they are (default 1,024). */
  readonly sizeMin?: number
  /** Lets the server forget its window after each message (default false). */
  readonly isServerContextless?: boolean
  /** Lets the client do so (default false). */
  readonly isClientContextless?: boolean
}

/** What was agreed on. Null as a direction: a window that zlib has not, so nothing is compressed that way. */
export interface Agreement {
  readonly server: DeflateDirection | null
  readonly client: DeflateDirection | null
  /** The value of the header with which a server says so. */
  readonly header: string
}

const deflateName = 'permessage-deflate'
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const extensionsMax = 32

/** The extensions that a header lists; null when it cannot be read. */
export function parseExtensions(header: string): readonly Extension[] | null {
  const listed = header.split(',')
  if (listed.length > extensionsMax) return null
  const parsed = listed.map(parseExtension)
  return parsed.every((each) => each !== null) ? parsed : null
}

function parseExtension(text: string): Extension | null {
  const [name = '', ...rest] = text.split(';').map((part) => part.trim())
  const parameters = rest.map(parseParameter)
  if (!token.test(name) || !parameters.every((each) => each !== null)) return null
  return { name, parameters }
}

function parseParameter(text: string): readonly [string, string | null] | null {
  const [, name = '', isGiven, value = ''] = /^([^=\s]*)\s*(=?)\s*(.*)$/.exec(text) ?? []
  // A quoted value has to be a token inside of its quotes.
  const plain = /^".*"$/.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value
  if (!token.test(name) || (isGiven === '=') !== token.test(plain)) return null
  return [name.toLowerCase(), isGiven === '=' ? plain : null]
}

/** What a server agrees on: the first offer that it can; null when there is none. */
export function agree(offers: readonly Extension[], compression: Compression): Agreement | null {
  for (const { name, parameters } of offers) {
    if (name.toLowerCase() !== deflateName) continue
    const offer = readParameters(parameters, { isOffer: true })
    const agreed = offer === null ? null : answerOffer(offer, compression)
    if (agreed !== null) return agreed
  }
  return null
}

function answerOffer(offer: DeflateParameters, compression: Compression): Agreement | null {
  const { serverBits } = offer
  // zlib has no window of 256 bytes for raw deflate.
  if (serverBits === 8) return null
  const isServerContextless = offer.isServerContextless || compression.isServerContextless === true
  const isClientContextless = offer.isClientContextless || compression.isClientContextless === true
  return {
    server: { windowBits: serverBits ?? 15, isContextless: isServerContextless },
    client: { windowBits: 15, isContextless: isClientContextless },
    header: [
      deflateName,
      ...(isServerContextless ? ['server_no_context_takeover'] : []),
      ...(isClientContextless ? ['client_no_context_takeover'] : []),
      ...(serverBits === null ? [] : [`server_max_window_bits=${serverBits}`]),
    ].join('; '),
  }
}

/** What a client offers. */
export function offerOf({ isServerContextless, isClientContextless }: Compression): string {
  return [
    deflateName,
    ...(isServerContextless === true ? ['server_no_context_takeover'] : []),
    ...(isClientContextless === true ? ['client_no_context_takeover'] : []),
    'client_max_window_bits',
  ].join('; ')
}

/** What a server's answer to that offer means; null when it is none that was offered, so that the client has to fail. */
export function readAnswer(answer: string, compression: Compression): Agreement | null {
  const extensions = parseExtensions(answer)
  const [extension] = extensions ?? []
  if (extension === undefined || extensions?.length !== 1) return null
  if (extension.name.toLowerCase() !== deflateName) return null
  const agreed = readParameters(extension.parameters, { isOffer: false })
  if (agreed === null || (compression.isServerContextless === true && !agreed.isServerContextless))
    return null
  const clientBits = agreed.clientBits ?? 15
  return {
    server: { windowBits: agreed.serverBits ?? 15, isContextless: agreed.isServerContextless },
    client:
      clientBits === 8
        ? null
        : {
            windowBits: clientBits,
            isContextless: agreed.isClientContextless || compression.isClientContextless === true,
          },
    header: answer,
  }
}

interface DeflateParameters {
  readonly isServerContextless: boolean
  readonly isClientContextless: boolean
  readonly serverBits: number | null
  readonly clientBits: number | null
}

/** The parameters of permessage-deflate; null when one is unknown, twice there, or has a wrong value (section 7.1). */
function readParameters(
  parameters: Extension['parameters'],
  { isOffer }: { readonly isOffer: boolean },
): DeflateParameters | null {
  const found = new Map(parameters)
  if (found.size < parameters.length) return null
  for (const [name, value] of found) if (!isParameter(name, value, isOffer)) return null
  const bitsOf = (name: string): number | null => {
    const value = found.get(name)
    return value === undefined || value === null ? null : Number(value)
  }
  return {
    isServerContextless: found.has('server_no_context_takeover'),
    isClientContextless: found.has('client_no_context_takeover'),
    serverBits: bitsOf('server_max_window_bits'),
    clientBits: bitsOf('client_max_window_bits'),
  }
}

function isParameter(name: string, value: string | null, isOffer: boolean): boolean {
  switch (name) {
    case 'server_no_context_takeover':
    case 'client_no_context_takeover':
      return value === null
    case 'server_max_window_bits':
      return isBits(value)
    case 'client_max_window_bits':
      return (isOffer && value === null) || isBits(value)
    default:
      return false
  }
}

function isBits(value: string | null): boolean {
  return value !== null && /^([89]|1[0-5])$/.test(value)
}
