// What an API is made of: routes, each with what it takes and gives.

import { Problem } from './problem.ts'
import type { HttpRequest, HttpResponse } from '../../http/index.ts'
import type { Env } from '../../../sim/index.ts'
import type { Validators } from '../representation/preconditions.ts'
import type { ParameterNames } from '../routing/path-pattern.ts'
import type { FromSchema } from '../schema/from-schema.ts'
import type { Schema, SchemaMap } from '../schema/schema.ts'

/** What an API needs of the node that it runs on. */
export type RestEnv = Pick<Env, 'clock' | 'timers' | 'log' | 'randomFor'>

/** Methods that a route can have. HEAD follows from GET, OPTIONS from all. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request on its way, as middleware sees it. */
export interface Exchange {
  readonly env: RestEnv
  readonly request: HttpRequest
  /** Null where the path leads nowhere, or has no such method. */
  readonly route: Route | null
  /** What middleware tells what comes after it. */
  readonly values: Map<string, unknown>
}

/** What stands around the answering of each request; calls `next` at most once. */
export type Middleware = (exchange: Exchange, next: () => Promise<HttpResponse>) => Promise<HttpResponse>

/** What a handler is given: checked, and of the types that its schemas say. */
export interface RestContext<P = unknown, Q = unknown, B = unknown> extends Exchange {
  readonly parameters: P
  readonly query: Q
  /** The JSON body; undefined for routes without a schema for it, which may read `request.body` themselves. */
  readonly body: B
  /** The media type of the answer that the client would have, one of the route's `produces`. */
  readonly mediaType: string
  /** What the client calls this request and all its repetitions; null when it does not say. */
  readonly idempotency: IdempotencyMark | null
  /**
   * Holds the conditions of the request (If-Match and others) against the state of what it is about, null where there is none
   * yet; to be called before anything is changed. Throws the Problem 412.
   */
  readonly check: (state: Validators | null) => void
}

/** What a store that keeps answers together with what was done has to know. */
export interface IdempotencyMark {
  readonly key: string
  /** What the answer is kept as. */
  readonly name: string
  readonly fingerprint: string
}

/** What an answer with one status looks like, for clients and for the check of answers. */
export interface ResponseDescription {
  readonly description: string
  readonly schema?: Schema
}

/** A route as an app takes it. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly summary?: string | undefined
  readonly parameters?: SchemaMap | undefined
  readonly query?: Schema | undefined
  readonly body?: Schema | undefined
  /** Media types of a good answer, the preferred one first (default `application/json`). */
  readonly produces?: readonly string[] | undefined
  readonly responses?: { readonly [status: number]: ResponseDescription } | undefined
  /** Whether repetitions under one Idempotency-Key are answered alike (default `no`), and whether each request needs a key. */
  readonly idempotency?: 'no' | 'allowed' | 'required' | undefined
  /** Whether a request without If-Match or If-None-Match is refused with 428, so that no update is lost unnoticed. */
  readonly needsCondition?: boolean | undefined
  /** A body's greatest size in bytes, after decompression (default: the app's limit). */
  readonly bodyMax?: number | undefined
  handle(context: RestContext): HttpResponse | Promise<HttpResponse>
}

type ParametersOf<Path extends string, P> = {
  readonly [K in ParameterNames<Path>]: K extends keyof P ? FromSchema<P[K]> : string
}

type RouteOptions<Path extends string, P, Q, B> = Omit<
  Route,
  'path' | 'parameters' | 'query' | 'body' | 'handle'
> & {
  readonly path: Path
  /** A schema for each parameter of the path; a text where there is none. */
  readonly parameters?: P
  /** A schema of type object. Fields that are numbers, booleans or lists there are read as such. */
  readonly query?: Q
  readonly body?: B
  handle(
    context: RestContext<ParametersOf<Path, P>, FromSchema<Q>, FromSchema<B>>,
  ): HttpResponse | Promise<HttpResponse>
}

/** A route whose handler is given what its schemas say. */
export function route<
  const Path extends string,
  const P extends SchemaMap = Record<never, never>,
  const Q extends Schema = true,
  const B extends Schema = true,
>(options: RouteOptions<Path, P, Q, B>): Route {
  return options
}

/** The problem of what is not there. */
export function missing(what: string): Problem {
  return new Problem(404, `there is no ${what}`)
}
