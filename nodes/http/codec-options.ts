// What a parser of HTTP takes: how much, and how far from the letter of the RFC.

/** Sizes beyond which a message is refused, in bytes unless they say otherwise. */
export interface HttpLimits {
  /** The request target (default 8 KiB; 414), and the reason phrase. */
  readonly targetMax: number
  /** All header fields together (default 64 KiB; 431). */
  readonly headerBytesMax: number
  /** How many header fields (default 200; 431). */
  readonly headerCountMax: number
  /** All trailer fields together (default 16 KiB; 431). They may be as many as the header fields. */
  readonly trailerBytesMax: number
  /** A chunk's size with its extensions (default 4 KiB; 400). They are read over. */
  readonly chunkLineMax: number
  /** A body (default 64 MiB; 413). */
  readonly bodyMax: number
}

/** The limits unless somebody says otherwise. */
export const httpLimits: HttpLimits = {
  targetMax: 8 * 1024,
  headerBytesMax: 64 * 1024,
  headerCountMax: 200,
  trailerBytesMax: 16 * 1024,
  chunkLineMax: 4 * 1024,
  bodyMax: 64 * 1024 * 1024,
}

/**
 * Departures from RFC 9112 that other implementations know. Each opens a door to request smuggling, and none is on in the server
 * or the client: they are here so that the codec can be held against the vectors of others.
 */
export interface Leniency {
  /** LF ends a line without CR. */
  readonly bareLineFeed?: boolean
  /** CR ends a line without LF. */
  readonly bareCarriageReturn?: boolean
  /** Folded lines, space before a colon, a bare CR after an empty value. */
  readonly headers?: boolean
  /** Control characters in values, but NUL, CR and LF. */
  readonly controlsInValues?: boolean
  /** A message without keep-alive is followed by another one. */
  readonly keepAlive?: boolean
  /** What follows a message without keep-alive is ignored. */
  readonly dataAfterClose?: boolean
  /** Content-Length beside Transfer-Encoding. */
  readonly chunkedLength?: boolean
  /** A request's Transfer-Encoding that does not end with chunked: its body ends with the stream. */
  readonly transferEncoding?: boolean
  /** Any version. */
  readonly version?: boolean
  /** `GET /` without a version (HTTP/0.9). */
  readonly simpleRequest?: boolean
  /** No line end after a chunk's data. */
  readonly chunkWithoutLineEnd?: boolean
  /** Spaces after a chunk's size. */
  readonly spaceAfterChunkSize?: boolean
}

/** Protocols that share the syntax (HTTP, RTSP, ICE), each with its methods, or null where any token will do. */
export type Dialects = ReadonlyMap<string, ReadonlySet<string> | null>

/** HTTP with any method. */
export const onlyHttp: Dialects = new Map([['HTTP', null]])

/** How a parser reads. */
export interface CodecOptions {
  readonly limits: HttpLimits
  readonly leniency: Leniency
  readonly dialects: Dialects
  /** The versions that are taken. */
  readonly versions: readonly string[]
  /** Whether HTTP/1.2 to 1.9 are read as 1.1 (RFC 9110, section 2.5): where nobody says which versions are taken. */
  readonly takesHigherMinors: boolean
}
