// What `faultline serve rest` serves: an inventory with orders.

import { certain, inventoryRoutes } from './inventory-routes.ts'
import { MemoryIdempotencyStore } from '../app/idempotency.ts'
import { type RestApp, restApp } from '../app/rest-app.ts'
import { EventFeed } from '../events/event-feed.ts'
import { Inventory } from '../store/inventory.ts'
import { readHttpParameters, serveHttp } from '../../http/index.ts'
import { DiskError, type Env, ms, type Program } from '../../../sim/index.ts'

/** Where it listens unless `env.parameters.port` says otherwise. */
export const restPort = 80

/**
 * Serves the inventory until it is stopped. Parameters: `port`; `inMemory` (default false: it is kept on the disk);
 * `compresses` (default false, and to stay so in simulations); `isIdempotent` (default true; false plants the bug that keys are
 * ignored); `keepsAnswersApart` (default false; true plants the bug that answers under keys are kept in memory, apart from what
 * was done); `items` (default 0: so many items, each with a stock of 1,000,000, are there from the start); `eventsMax` (default
 * 1,000: so many events are kept for readers that come back); and those of `readHttpParameters`.
 */
export const restDemo: Program = async (env) => {
  const { port, inMemory = false } = env.parameters
  const inventory = inMemory === true ? await Inventory.open(null) : await openPatiently(env)
  await stock(env, inventory)
  const historyMax = Number(env.parameters['eventsMax'] ?? 1_000)
  const feed = new EventFeed(env, { generation: String(env.incarnation), historyMax })
  const { handler } = inventoryApp(env, inventory, feed)
  const settings = readHttpParameters('rest', env.parameters)
  await serveHttp(env, { ...settings, port: typeof port === 'number' ? port : restPort, handler })
  // Registered last, it comes first: readers of events would otherwise hold the server until it gives them up.
  env.onStop(() => feed.close())
}

/** The inventory as an app. */
export function inventoryApp(
  env: Pick<Env, 'clock' | 'timers' | 'log' | 'randomFor' | 'probe' | 'parameters'>,
  inventory: Inventory,
  feed: EventFeed,
): RestApp {
  const { compresses = false, isIdempotent = true, keepsAnswersApart = false } = env.parameters
  const routes = inventoryRoutes({
    inventory,
    feed,
    isIdempotent: isIdempotent === true,
    keepsAnswers: keepsAnswersApart !== true,
    ordered: ({ id, reference }) => env.probe('order', { id, reference }),
  })
  return restApp(env, {
    title: 'Inventory',
    version: '1.0.0',
    routes,
    compresses: compresses === true,
    idempotencyStore:
      keepsAnswersApart === true
        ? new MemoryIdempotencyStore(env.clock)
        : {
            find: async (name) => {
              const stored = inventory.answer(name)
              if (stored !== null) await certain({ inventory })
              return stored
            },
            // Answers that matter are kept with what was done; a refusal has done nothing, and may be judged anew.
            keep: () => undefined,
          },
  })
}

/** A disk that refuses for a while is no reason to give up; a journal that is damaged is one. */
async function openPatiently(env: Env): Promise<Inventory> {
  for (;;)
    try {
      return await Inventory.open(env.disk)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      env.log.warn('the disk refuses', { error: String(error) })
      await env.sleep(ms(100))
    }
}

async function stock(env: Env, inventory: Inventory): Promise<void> {
  const { items = 0 } = env.parameters
  for (let count = inventory.items.length; count < Number(items); count++)
    inventory.addItem(`item ${count + 1}`, 1_000_000)
  for (;;)
    try {
      return await inventory.settled()
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      await env.sleep(ms(100))
    }
}
