// The rooms that are open: read from the disk for the first who enters, kept for a while when the last has gone, and then closed. What was
// said in them stays on the disk. So names that nobody uses any more cost neither files nor memory, however many there were.

import { DiskError } from '../../sim/index.ts'
import { Room, type RoomContext } from './room.ts'

interface OpenRoom {
  readonly opening: Promise<Room>
  /** How many wait for it to be read, to enter it then. */
  waiting: number
}

/** The rooms of one server. */
export class OpenRooms {
  readonly #context: RoomContext
  readonly #open = new Map<string, OpenRoom>()
  /** Those that are read, by their names. */
  readonly #rooms = new Map<string, Room>()
  /** Those of them in which nobody is, the one longest so first. */
  readonly #empty = new Map<string, Room>()
  /** The names of the rooms that have a log, or are open and may get one. */
  readonly #names: Set<string>

  /** `stored`: the names of the rooms that have a log. */
  constructor(context: RoomContext, stored: readonly string[]) {
    this.#context = context
    this.#names = new Set(stored)
  }

  /** The rooms in which somebody is. */
  *inUse(): Generator<Room> {
    for (const room of this.#rooms.values()) if (room.members.size > 0) yield room
  }

  /**
   * Gives a room, which is opened if it is not, to a task that may let somebody in. False when there are too many rooms; a disk that fails
   * ends the server.
   */
  async use(name: string, task: (room: Room) => void): Promise<boolean> {
    const open = this.#open.get(name) ?? this.#begin(name)
    if (open === null) return false
    open.waiting++
    const room = await open.opening
    open.waiting--
    task(room)
    if (room.members.size > 0) this.#empty.delete(name)
    else this.left(room)
    return true
  }

  /** Somebody has left a room: it may be the last one. */
  left(room: Room): void {
    if (room.members.size > 0 || this.#rooms.get(room.name) !== room) return
    this.#empty.delete(room.name)
    this.#empty.set(room.name, room)
    this.#closeDownTo(this.#context.limits.emptyRoomsMax)
  }

  #begin(name: string): OpenRoom | null {
    const { roomsMax, storedRoomsMax } = this.#context.limits
    if (!this.#names.has(name) && this.#names.size >= storedRoomsMax) return null
    if (this.#open.size >= roomsMax) this.#closeDownTo(this.#empty.size - 1)
    if (this.#open.size >= roomsMax) return null
    const open = { opening: this.#read(name), waiting: 0 }
    this.#open.set(name, open)
    this.#names.add(name)
    return open
  }

  async #read(name: string): Promise<Room> {
    try {
      const room = await Room.open(name, this.#context)
      this.#rooms.set(name, room)
      return room
    } catch (error) {
      return this.#context.onDiskFailure(error)
    }
  }

  /** Closes the rooms that were empty longest, until so many are left; those in which something is under way stay until the next time. */
  #closeDownTo(count: number): void {
    for (const room of this.#empty.values()) {
      if (this.#empty.size <= count) return
      if (room.isIdle && this.#open.get(room.name)?.waiting === 0) this.#close(room)
    }
  }

  #close(room: Room): void {
    const { env } = this.#context
    const { name, last } = room
    for (const known of [this.#open, this.#rooms, this.#empty]) known.delete(name)
    if (!room.isStored) this.#names.delete(name)
    env.probe('chat.closed', { room: name, last })
    env.spawn(async () => {
      try {
        await room.close()
      } catch (error) {
        // All that anybody was told of was synced before.
        if (!(error instanceof DiskError)) throw error
        env.log.warn('the log of a room did not close', { room: name, error: error.message })
      }
    })
  }
}
