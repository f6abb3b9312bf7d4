// The Env contract: everything a program may touch, and the only door to the outside. The simulation provides it over
// virtual time (sim/node), and sim/real over Node's own sockets, files and clock; a program cannot tell which.
//
// A call from an incarnation that is no longer alive (the node crashed, or `exit` was called) throws and has no effect,
// and a promise it waits for never settles. A duration that is none (NaN, negative) throws a RangeError at the call.

import type { Data, DataRecord } from './data.ts'
import type { LogLevel, NodeId } from './event.ts'
import type { RandomStream } from './random.ts'
import type { Duration, Instant } from './time.ts'

/**
 * What a node runs. Called once for each incarnation; registers handlers, or runs as an async function, or both. A
 * program whose function returns, or whose promise resolves, keeps running as long as it has handlers. An uncaught error
 * or rejection ends the incarnation with an `exit` event.
 */
export type Program<M extends Message = Message> = (env: Env<M>) => void | Promise<void>

/** A value sent between programs: frozen plain data with a `kind`, by which handlers are found. */
export interface Message extends DataRecord {
  readonly kind: string
}

/** Everything a program may touch. */
export interface Env<M extends Message = Message> {
  /** The node's name, which is also its address. */
  readonly name: NodeId
  /** What the scenario passes to the node: plain data. */
  readonly parameters: DataRecord
  /** 1 for the first start of the node, one more for each start after. */
  readonly incarnation: number
  readonly clock: Clock
  readonly timers: Timers
  /** The node's own stream of randomness. */
  readonly random: RandomStream
  /** Another stream of the node's own, for one purpose: what is drawn there shifts no other draw. Always the same one. */
  randomFor(purpose: string): RandomStream
  readonly messages: Messages<M>
  readonly net: Net
  readonly disk: Disk
  readonly cpu: Cpu
  readonly log: Logger
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal
  /** Resolves after a duration of the node's own clock; rejects with the signal's reason when that is aborted first. */
  sleep(wait: Duration, signal?: AbortSignal): Promise<void>
  /** Publishes a value for invariants and reports: plain data. */
  probe(name: string, value: Data): void
  /** True when the simulation wants the unlikely branch taken here. Always false on real machines. */
  buggify(site: string): boolean
  /**
   * Whether a client is to make its next call, which is of function `f`; to be asked once before each. Swarms switch
   * functions off of those that the node declares (`operations`), and shrinking leaves single calls out. Always true on
   * real machines.
   */
  admits(f: string): boolean
  /** Records the invocation of a client operation; the result says how it ended, at most once. */
  invoke(operation: Invocation): PendingOperation
  /** Runs an async task of this program; its uncaught error ends the incarnation. */
  spawn(task: () => Promise<void>): void
  /** Registers what to do when the program is asked to stop, within the grace period; run in reverse order. */
  onStop(action: () => void | Promise<void>): void
  /** Ends this incarnation at once: code 0 on purpose, anything else as a failure. Does not return. */
  exit(code?: number): never
}

/** The node's own clock, which may be wrong. */
export interface Clock {
  /** Nanoseconds since 1970 as this machine believes; may jump in either direction. In a simulation it starts near 0. */
  wall(): Instant
  /** Nanoseconds since the machine started; never goes back, but may run fast or slow. */
  monotonic(): Instant
}

/** Timers over the node's monotonic clock. */
export interface Timers {
  /** Calls the handler once after a duration (at least 0). */
  after(wait: Duration, handler: () => void | Promise<void>): Timer
  /** Calls the handler every `period` (at least 1 ns) until cancelled. */
  every(period: Duration, handler: () => void | Promise<void>): Timer
}

/** A timer that was set. */
export interface Timer {
  /** Forgets the timer: the handler is not called any more. Harmless when it has fired or was cancelled before. */
  cancel(): void
}

/** Messages to and from other nodes: at most once, unordered unless the network profile says otherwise. */
export interface Messages<M extends Message = Message> {
  /**
   * Sends a message. It is frozen in place, deeply. Throws a TypeError that names the path when the message holds
   * anything but plain data (a function, a class instance, a cycle, NaN). Getters, symbol keys, properties that are not
   * enumerable and proxies are looked for in the first message of each kind that an incarnation sends, and in one of 256
   * after that: the same ones in every run.
   */
  send(target: NodeId, message: M): void
  /** Handles messages of one kind; the last registration of a kind counts. A message nobody handles is a `drop` event. */
  on<K extends M['kind']>(kind: K, handler: MessageHandler<MessageOf<M, K>>): void
}

/** The messages of one kind; any message where a program does not say which it has. */
export type MessageOf<M extends Message, K extends string> = [Extract<M, { readonly kind: K }>] extends [
  never,
]
  ? M
  : Extract<M, { readonly kind: K }>

/** What handles a message: `source` is the node that sent it. */
export type MessageHandler<M extends Message> = (message: M, source: NodeId) => void | Promise<void>

/** Sockets. Errors are `NetError` with a code. */
export interface Net {
  /** Accepts streams on a port (1..65535). Rejects with EADDRINUSE. */
  listen(port: number, options?: ListenOptions): Promise<Server>
  /**
   * Opens a stream to a name or address, within `timeout` (at least 0). A node's own name is its address, for which nothing
   * is looked up (but no stream opens by it while the name service fails). Rejects with ECONNREFUSED, ETIMEDOUT,
   * EHOSTUNREACH, ENOTFOUND or EAI_AGAIN.
   */
  connect(host: string, port: number, options?: { readonly timeout?: Duration }): Promise<Connection>
  /** Opens a datagram socket; port 0 or none picks a free one. Rejects with EADDRINUSE. */
  bind(port?: number): Promise<DatagramSocket>
  /** Looks a name up. Rejects with ENOTFOUND, or EAI_AGAIN when the name service fails. */
  resolve(name: string): Promise<NodeId>
}

/** Where a program listens. */
export interface ListenOptions {
  /**
   * The interface: an address or `localhost`. One of the loopback (127.0.0.1, ::1, localhost) lets nobody in but the node
   * itself; a simulated node has only that one and another, which any other text means. On a real machine whoever runs the
   * program may put the port elsewhere. Default: all of a simulated node, on a real machine where its ports usually are.
   */
  readonly host?: string
}

/** A listening socket; iterating accepts. */
export interface Server extends AsyncIterable<Connection> {
  readonly port: number
  /** The next connection; null when the server was closed. */
  accept(): Promise<Connection | null>
  /** Stops listening; connections that were accepted go on. */
  close(): void
}

/** One end of an ordered byte stream (TCP); iterating reads until the peer's end. */
export interface Connection extends AsyncIterable<Uint8Array> {
  readonly remote: NodeId
  readonly remotePort: number
  /** This end on a real network, where it has an address; in the simulation it is the node's name that is known. */
  readonly local?: { readonly host: string; readonly port: number } | undefined
  /** The next bytes, in any split; null once the peer has ended its side. Rejects with ECONNRESET or ETIMEDOUT. */
  read(): Promise<Uint8Array | null>
  /**
   * As `read`, for those who are given very many small pieces: the reader is told once, in the step in which the bytes come, and on
   * a real machine without a promise in between. What it throws is a mistake of the program.
   */
  readTo(reader: StreamReader): void
  /**
   * Writes bytes (copied at once); resolves when the send window has room again. A string is written as UTF-8, or as
   * `encoding` says. Rejects with ECONNRESET or EPIPE.
   */
  write(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void>
  /** As `write`, but null where there is room at once. */
  send(bytes: Uint8Array | string, encoding?: StreamEncoding): Promise<void> | null
  /** Half-close: no more writes from this end; the peer reads null after what was written. */
  end(): void
  /** Ends both sides at once; the peer sees ECONNRESET. */
  reset(): void
}

/** Who is told what `Connection.readTo` has read. */
export interface StreamReader {
  /** The next bytes; null once the peer has ended its side. */
  readonly take: (bytes: Uint8Array | null) => void
  readonly fail: (error: unknown) => void
}

/** How a string stands for bytes: as UTF-8, or each character for one byte, 0 to 255 (of others the low eight bits). */
export type StreamEncoding = 'utf8' | 'latin1'

/** An unreliable packet socket; iterating receives. */
export interface DatagramSocket extends AsyncIterable<Datagram> {
  readonly port: number
  /** Sends one packet of at most 65,507 bytes; may be lost, duplicated, reordered or corrupted without notice. */
  send(target: NodeId, port: number, bytes: Uint8Array | string): void
  /** The next packet; null when the socket was closed. */
  receive(): Promise<Datagram | null>
  close(): void
}

/** A packet as received. */
export interface Datagram {
  readonly source: NodeId
  readonly sourcePort: number
  readonly bytes: Uint8Array
}

/** An error of the network, with the code that Node's own sockets use. */
export class NetError extends Error {
  readonly code: NetErrorCode

  constructor(code: NetErrorCode, message: string) {
    super(`${code}: ${message}`)
    this.name = 'NetError'
    this.code = code
  }
}

/** Codes of network errors. */
export type NetErrorCode =
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'ETIMEDOUT'
  | 'EHOSTUNREACH'
  | 'ENOTFOUND'
  | 'EAI_AGAIN'
  | 'EADDRINUSE'
  | 'EPIPE'
  | 'EMSGSIZE'
  | 'ENOBUFS'

/**
 * The node's files. Paths are absolute within the node (`/log/0001`), `/` exists. Only what was synced is certain to
 * survive a crash: `File.sync` for a file's content, `syncDirectory` for the entry that names it. What is never synced
 * is written back by the system in the end, as on real machines: of a file once more than 65,536 changes, or more than it is
 * long (at least 1 MiB) of what they overwrote, are unsynced; of directories beyond 4,096 operations. Errors are `DiskError`.
 */
export interface Disk {
  /** Opens a file for reading and writing. Rejects with ENOENT, EEXIST, EISDIR, ENOSPC, EIO. */
  open(path: string, options?: OpenOptions): Promise<File>
  /** Replaces `target` by `source` in one step (but see syncDirectory). Rejects with ENOENT, EIO. */
  rename(source: string, target: string): Promise<void>
  /** Removes a file. Rejects with ENOENT, EIO. */
  unlink(path: string): Promise<void>
  /** The names in a directory, sorted. Rejects with ENOENT, ENOTDIR, EIO. */
  list(path: string): Promise<readonly string[]>
  /** Whether a path exists, and its size in bytes (0 for a directory); null when there is nothing. */
  stat(path: string): Promise<FileStatus | null>
  /** Creates a directory whose parent exists; fine when it is there already. Rejects with ENOENT, ENOTDIR, EIO. */
  makeDirectory(path: string): Promise<void>
  /**
   * Removes an empty directory; certain once its parent is synced. Rejects with ENOENT, ENOTDIR, ENOTEMPTY, EIO, and
   * EINVAL for the root.
   */
  removeDirectory(path: string): Promise<void>
  /** Makes the entries of a directory certain (creations, renames, removals). Rejects with ENOENT, EIO. */
  syncDirectory(path: string): Promise<void>
}

/** How to open a file: by default it must exist and keeps its content. */
export interface OpenOptions {
  /** Create the file when it is missing. */
  readonly create?: boolean
  /** With `create`: reject with EEXIST when it is there. */
  readonly exclusive?: boolean
  /** Empty the file. */
  readonly truncate?: boolean
  /**
   * Each write, append and truncation resolves once it is certain, as with O_DSYNC: one operation instead of two. It
   * rejects as `File.sync` does. What was changed through other handles is certain only after a `sync`.
   */
  readonly sync?: boolean
}

/** What `stat` tells. */
export interface FileStatus {
  readonly kind: 'file' | 'directory'
  readonly size: number
}

/** An open file. Operations on one file take effect in the order in which they were called. */
export interface File {
  readonly path: string
  /** Up to `length` bytes from `offset`; fewer at the end of the file (or on a short read). Rejects with EIO. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Writes bytes (copied at once) at an offset, zero-filling a gap. Rejects with EIO, ENOSPC. */
  write(offset: number, bytes: Uint8Array): Promise<void>
  /** Writes at the end; resolves to the offset at which the bytes stand. Rejects with EIO, ENOSPC. */
  append(bytes: Uint8Array): Promise<number>
  /** Cuts or zero-extends the file. Rejects with EIO, ENOSPC. */
  truncate(size: number): Promise<void>
  /** The size in bytes as written so far. */
  size(): Promise<number>
  /** Makes the content certain. Rejects with EIO, after which the unsynced pages are gone, as on Linux. */
  sync(): Promise<void>
  /** Gives the file back; further calls reject with EBADF. */
  close(): Promise<void>
}

/** An error of the disk, with the code that Node's own files use. */
export class DiskError extends Error {
  readonly code: DiskErrorCode
  readonly path: string

  constructor(code: DiskErrorCode, path: string, operation: string) {
    super(`${code}: ${operation} ${path}`)
    this.name = 'DiskError'
    this.code = code
    this.path = path
  }
}

/** Codes of disk errors. */
export type DiskErrorCode =
  'EIO' | 'ENOSPC' | 'ENOENT' | 'EEXIST' | 'EISDIR' | 'ENOTDIR' | 'ENOTEMPTY' | 'EBADF' | 'EINVAL' | 'EROFS'

/** The node's processor. */
export interface Cpu {
  /**
   * Charges the node for work without waiting: what this step sends after the charge leaves when the work is done, and
   * what arrives meanwhile waits. On real machines it does nothing.
   */
  charge(work: Duration): void
  /** The same, and resolves when the work is done. */
  work(work: Duration): Promise<void>
}

/**
 * Structured log lines. A field `stack` that is text, of which 4,096 characters are kept, does not enter the digest of a run: the
 * paths in it are of one machine.
 */
export type Logger = { readonly [L in LogLevel]: (text: string, fields?: DataRecord) => void }

/** A client operation as invoked: its function, key (null where there is none) and input. */
export interface Invocation {
  readonly f: string
  readonly key?: Data
  readonly value?: Data
  /** The sequential process that calls; by default the node's name. One process has at most one open operation. */
  readonly process?: string
}

/** An open operation. Exactly one of the three ends it; a later call throws. An operation never ended counts as info. */
export interface PendingOperation {
  /** It took effect, with this result. */
  ok(value?: Data): void
  /** It did not take effect; `value` and `error` say what was observed. */
  fail(error: string, value?: Data): void
  /** It may have taken effect, or may yet. The process then goes on under another name. */
  info(error: string): void
}
