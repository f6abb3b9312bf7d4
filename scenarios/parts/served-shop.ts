// A server of the shop as `faultline serve` takes it: its Redis is where `--peer redis-1:6379=HOST:PORT` says.

import { shopServer } from './shop-server.ts'
import type { Program } from '../../sim/index.ts'

/** What it sells: so many items, and so much of each at first. */
export const servedStock = { items: 2, initial: 40 } as const

const servedShop: Program = shopServer({ redis: ['redis-1'], ...servedStock, plant: 'none' })
export default servedShop
