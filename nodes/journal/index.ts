// Records that survive crashes: an append-only file in which what was written at once is there as a whole or not at all.

export { Journal, JournalError, type JournalOptions } from './journal.ts'
