// Answers the requests of one route: checks what came against its schemas, calls its handler, checks what that gave.

import { type Idempotency, markOf, readKey } from './idempotency.ts'
import type { RestLimits } from './limits.ts'
import { Problem, type ProblemDetail } from './problem.ts'
import { readBytes, readJson } from './read-body.ts'
import { readQueryFields, readText, withDefaults } from './read-fields.ts'
import type { Exchange, RestContext, Route } from './route.ts'
import { Fields, type HttpResponse } from '../../http/index.ts'
import { chooseMediaType } from '../representation/accept.ts'
import { judgeConditions, type Validators } from '../representation/preconditions.ts'
import { readPath, RouteError } from '../routing/path-pattern.ts'
import { compileSchema, type SchemaCheck } from '../schema/compile-schema.ts'
import type { SchemaProblem } from '../schema/problems.ts'
import { type Schema, SchemaError } from '../schema/schema.ts'

/** What the routes of one app share. */
export interface RunnerOptions {
  readonly limits: RestLimits
  readonly idempotency: Idempotency
  /** Whether answers are held against their schemas: for tests, and while an API is developed. */
  readonly checksResponses: boolean
}

/** What the path and query of a request say. */
export interface Arguments {
  readonly parameters: ReadonlyMap<string, string>
  readonly query: readonly (readonly [name: string, value: string])[]
}

/** One route, with its schemas compiled. */
export class RouteRunner {
  readonly route: Route
  readonly #options: RunnerOptions
  readonly #parameters: ReadonlyMap<string, SchemaCheck>
  readonly #query: SchemaCheck | null
  readonly #body: SchemaCheck | null
  readonly #responses: ReadonlyMap<string, SchemaCheck>

  /** Throws a SchemaError for a schema that cannot be used, and a RouteError for one of a parameter that there is not. */
  constructor(route: Route, options: RunnerOptions) {
    demandParameters(route)
    this.route = route
    this.#options = options
    const compiled = (part: string, schema: Schema): SchemaCheck => compiledOf(route, part, schema)
    this.#parameters = new Map(
      Object.entries(route.parameters ?? {}).map(([name, schema]) => [
        name,
        compiled(`the parameter ${name}`, schema),
      ]),
    )
    this.#query = route.query === undefined ? null : compiled('the query', route.query)
    this.#body = route.body === undefined ? null : compiled('the body', route.body)
    this.#responses = new Map(
      Object.entries(route.responses ?? {}).flatMap(([status, { schema }]) =>
        schema === undefined ? [] : [[status, compiled(`the answer ${status}`, schema)] as const],
      ),
    )
  }

  /** Answers a request. Throws Problems, and whatever the handler throws. */
  async run(exchange: Exchange, given: Arguments): Promise<HttpResponse> {
    const { request } = exchange
    const { route } = this
    const mediaType = chooseMediaType(request.headers.get('accept'), producesOf(route))
    if (mediaType === null) throw new Problem(406, `it can be had as ${producesOf(route).join(', ')}`)
    const parameters = this.#readParameters(given.parameters)
    const query = this.#readQuery(given.query)
    this.#demandCondition(exchange)
    const key = this.#readKey(exchange)
    const isRead = this.#body !== null || key !== null
    const bytes = isRead ? await readBytes(request, route.bodyMax ?? this.#options.limits.bodyMax) : null
    const body = bytes === null || this.#body === null ? undefined : this.#readBody(exchange, bytes)
    const idempotency = key === null ? null : markOf({ request, key, body: bytes ?? new Uint8Array() })
    const check = checkerOf(exchange)
    const context: RestContext = { ...exchange, parameters, query, body, mediaType, idempotency, check }
    const carryOut = async (): Promise<HttpResponse> => this.#checked(await route.handle(context))
    return this.#varying(
      await (idempotency === null ? carryOut() : this.#options.idempotency.answer(idempotency, carryOut)),
    )
  }

  #readParameters(texts: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
    const values: (readonly [string, unknown])[] = []
    const errors: ProblemDetail[] = []
    for (const [name, text] of texts) {
      const value = readText(text, this.route.parameters?.[name])
      values.push([name, value])
      for (const { message } of this.#parameters.get(name)?.(value) ?? [])
        errors.push({ parameter: name, detail: message })
    }
    if (errors.length > 0) throw new Problem(400, 'the path does not fit', { errors })
    return Object.fromEntries(values)
  }

  #readQuery(fields: Arguments['query']): unknown {
    const query = readQueryFields(fields, this.route.query ?? true)
    const problems = this.#query?.(query) ?? []
    if (problems.length === 0) return query
    const errors = problems.map(({ pointer, message }) => ({ parameter: pointer.slice(1), detail: message }))
    throw new Problem(400, 'the query does not fit', { errors })
  }

  #demandCondition({ request: { headers } }: Exchange): void {
    if (this.route.needsCondition !== true || headers.has('if-match') || headers.has('if-none-match')) return
    throw new Problem(428, 'send If-Match with the ETag that you saw, or If-None-Match: *')
  }

  #readKey({ request }: Exchange): string | null {
    const { idempotency = 'no' } = this.route
    if (idempotency === 'no') return null
    const key = readKey(request, this.#options.limits.keyMax)
    if (key === null && idempotency === 'required') throw new Problem(400, 'send an Idempotency-Key')
    return key
  }

  #readBody({ request }: Exchange, bytes: Uint8Array): unknown {
    const value = readJson(request, bytes)
    const problems = this.#body?.(value) ?? []
    if (problems.length > 0) throw new Problem(422, 'the body does not fit', { errors: detailsOf(problems) })
    return withDefaults(value, this.route.body)
  }

  /** Whoever keeps an answer has to know that another client may get another one (RFC 9110, section 12.5.5). */
  #varying(response: HttpResponse): HttpResponse {
    if (producesOf(this.route).length === 1) return response
    return { ...response, headers: new Fields(response.headers).append('Vary', 'Accept') }
  }

  #checked(response: HttpResponse): HttpResponse {
    const check = this.#responses.get(String(response.status))
    if (!this.#options.checksResponses || check === undefined || typeof response.body !== 'string')
      return response
    const problems = check(JSON.parse(response.body))
    if (problems.length > 0)
      throw new TypeError(
        `${this.route.method} ${this.route.path} answered ${response.status} with what its schema refuses: ${JSON.stringify(problems)}`,
      )
    return response
  }
}

function compiledOf({ method, path }: Route, part: string, schema: Schema): SchemaCheck {
  try {
    return compileSchema(schema)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    const { pointer, got, wanted } = error
    throw new SchemaError(pointer, got, wanted, `route ${method} ${path}, schema of ${part},`)
  }
}

/** A schema of a parameter that the path does not have would check nothing. */
function demandParameters({ method, path, parameters = {} }: Route): void {
  const names = readPath(path).flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]))
  for (const name of Object.keys(parameters))
    if (!names.includes(name))
      throw new RouteError(
        `${method} ${path}`,
        `a schema of the parameter ${name}`,
        names.length === 0 ? 'none: the path has no parameters' : `one of ${names.join(', ')}`,
      )
}

/** The media types of a route's good answers. */
export function producesOf({ produces = ['application/json'] }: Route): readonly string[] {
  return produces
}

function detailsOf(problems: readonly SchemaProblem[]): readonly ProblemDetail[] {
  return problems.map(({ pointer, message }) => ({ pointer: `#${pointer}`, detail: message }))
}

function checkerOf({ request }: Exchange): (state: Validators | null) => void {
  return (state) => {
    if (judgeConditions(request.method, request.headers, state) === 'failed')
      throw new Problem(412, 'it is not in the state that the request names')
  }
}
