// Uncaught errors of programs: while the loop runs, an unhandled rejection or an error thrown in a microtask belongs to
// the node whose step is running, because microtasks are drained before the next step. The process's own listeners are
// put aside meanwhile, so that a test runner does not take a simulated failure for one of its own.

type Listener = (...values: unknown[]) => void

const names = ['unhandledRejection', 'uncaughtException', 'rejectionHandled'] as const

/** Sends uncaught errors to `onUncaught` while `body` runs. */
export function withUncaughtErrors<T>(onUncaught: (error: unknown) => void, body: () => T): T {
  const aside = names.map(
    (name) => [name, process.listeners(name as 'unhandledRejection') as Listener[]] as const,
  )
  for (const name of names) process.removeAllListeners(name)
  process.on('unhandledRejection', onUncaught)
  process.on('uncaughtException', onUncaught)
  process.on('rejectionHandled', ignore)
  try {
    return body()
  } finally {
    for (const [name, listeners] of aside) {
      process.removeAllListeners(name)
      for (const listener of listeners) process.on(name as 'unhandledRejection', listener)
    }
  }
}

function ignore(): void {
  // A handler that comes a step too late does not undo the exit event.
}
