// Describes routes as OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12: they are taken over as they are.

import { RouteError } from '../routing/path-pattern.ts'
import { producesOf } from './route-runner.ts'
import type { ResponseDescription, Route } from './route.ts'
import { hasKeywords, type Schema } from '../schema/schema.ts'

/** What is described. */
export interface OpenApiSource {
  readonly title: string
  readonly version: string
  readonly routes: readonly Route[]
}

/**
 * The document. A wildcard is written as an ordinary parameter: OpenAPI has no other. Throws a RouteError for a schema with
 * `$ref`, which would point into the document instead of the schema.
 */
export function openApiOf({ title, version, routes }: OpenApiSource): unknown {
  const paths = new Map<string, [string, unknown][]>()
  const named = new Map<string, string>()
  const ids = new OperationIds()
  for (const route of routes) {
    refuseReferences(route)
    const path = named.get(shapeOf(route)) ?? route.path.replaceAll('*}', '}')
    named.set(shapeOf(route), path)
    const operations = paths.get(path) ?? []
    // A wildcard beside a parameter is one path here, whose names are those of the first route: what that says is told.
    if (operations.some(([method]) => method === route.method.toLowerCase())) continue
    operations.push([route.method.toLowerCase(), operationOf(route, { path, operationId: ids.of(route) })])
    paths.set(path, operations)
  }
  return {
    openapi: '3.1.0',
    info: { title, version },
    paths: Object.fromEntries([...paths].map(([path, operations]) => [path, Object.fromEntries(operations)])),
    components: { schemas: { Problem: problemSchema } },
  }
}

const problemSchema = {
  type: 'object',
  description: 'What was wrong (RFC 9457)',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string' },
          parameter: { type: 'string' },
          detail: { type: 'string' },
        },
        required: ['detail'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail'],
} as const satisfies Schema

/** Paths that differ only by the names in them are the same, and must not both stand there (OpenAPI 3.1, section 4.8.8.2). */
function shapeOf({ path }: Route): string {
  return path.replaceAll(/\{\w+\*?\}/g, '{}')
}

function operationOf(
  route: Route,
  { path, operationId }: { readonly path: string; readonly operationId: string },
): unknown {
  const { summary, body } = route
  const responses = Object.entries(route.responses ?? { 200: { description: 'Done' } })
  return {
    ...(summary === undefined ? {} : { summary }),
    operationId,
    parameters: [...pathParameters(route, path), ...queryParameters(route), ...headerParameters(route)],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: Object.fromEntries([
      ...responses.map(([status, description]) => [status, responseOf(route, status, description)]),
      ['default', { description: 'A problem', content: problemContent }],
    ]),
  }
}

const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}

/** The names of operations, each of which there may be once (OpenAPI 3.1, section 4.8.10.1). */
class OperationIds {
  readonly #taken = new Set<string>()

  of(route: Route): string {
    const wanted = operationId(route)
    let name = wanted
    for (let count = 2; this.#taken.has(name); count++) name = `${wanted}-${count}`
    this.#taken.add(name)
    return name
  }
}

function operationId({ method, path }: Route): string {
  return [method.toLowerCase(), ...path.split(/[^A-Za-z0-9]+/)].filter((part) => part !== '').join('-')
}

function pathParameters(route: Route, path: string): readonly unknown[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  return [...route.path.matchAll(/\{(\w+)\*?\}/g)].map(([, name = ''], place) => ({
    name: names[place],
    in: 'path',
    required: true,
    schema: route.parameters?.[name] ?? { type: 'string' },
  }))
}

function queryParameters({ query }: Route): readonly unknown[] {
  if (!hasKeywords(query)) return []
  const { properties = {}, required = [] } = query
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

function headerParameters({ idempotency = 'no', needsCondition = false }: Route): readonly unknown[] {
  const header = (name: string, required: boolean): unknown => ({
    name,
    in: 'header',
    required,
    schema: { type: 'string' },
  })
  return [
    ...(idempotency === 'no' ? [] : [header('Idempotency-Key', idempotency === 'required')]),
    ...(needsCondition ? [header('If-Match', false)] : []),
  ]
}

function responseOf(route: Route, status: string, { description, schema }: ResponseDescription): unknown {
  if (schema === undefined && route.produces === undefined) return { description }
  if (status === '204' || status === '304') return { description }
  const content = producesOf(route).map((type) => [type, schema === undefined ? {} : { schema }])
  return { description, content: Object.fromEntries(content) }
}

function refuseReferences(route: Route): void {
  const schemas = [route.parameters, route.query, route.body, route.responses]
  if (/"\$ref":/.test(JSON.stringify(schemas)))
    throw new RouteError(`${route.method} ${route.path}`, 'a schema with $ref', 'it written out')
}
