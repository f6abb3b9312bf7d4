// APIs over HTTP: routes with schemas, and what follows from them: checks, negotiation, conditions, ranges, problems, a description.

export { restApp, type RestApp, type RestOptions } from './app/rest-app.ts'
export {
  type Exchange,
  type IdempotencyMark,
  type Method,
  type Middleware,
  missing,
  type ResponseDescription,
  type RestContext,
  type RestEnv,
  type Route,
  route,
} from './app/route.ts'
export { content, empty, json, readable, type ReplyOptions } from './app/reply.ts'
export { Problem, type ProblemDetail, type ProblemOptions, problemResponse } from './app/problem.ts'
export { type RestLimits, restLimits } from './app/limits.ts'
export { type IdempotencyStore, MemoryIdempotencyStore, type StoredResponse } from './app/idempotency.ts'
export { type Page, pageOf, type PageRequest } from './app/page.ts'
export { EventFeed, type EventFeedOptions } from './events/event-feed.ts'
export { type EntityTag, entityTagOf } from './representation/entity-tag.ts'
export type { ByteRange } from './representation/byte-range.ts'
export { type Readable, readableBytes } from './representation/partial.ts'
export type { Validators } from './representation/preconditions.ts'
export { RouteError } from './routing/path-pattern.ts'
export { compileSchema, type SchemaCheck } from './schema/compile-schema.ts'
export type { SchemaProblem } from './schema/problems.ts'
export {
  type Schema,
  SchemaError,
  type SchemaMap,
  type SchemaObject,
  type SchemaType,
} from './schema/schema.ts'
export type { FromSchema } from './schema/from-schema.ts'
export { type Answer, Inventory, type InventoryDisk, type Item, type Order } from './store/inventory.ts'
export { inventoryApp, restDemo, restPort } from './demo/rest-demo.ts'
