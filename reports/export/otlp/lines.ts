// Lines of an OTLP file: each is one message of one kind, with what several nodes have to say, each node a resource.

import type { NodeId, TraceHeader } from '../../../sim/index.ts'
import { attribute } from './json.ts'

/** What a line carries. */
export interface LineKind {
  readonly resources: string
  readonly scopes: string
  readonly items: string
}

export const spanLines: LineKind = { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' }
export const logLines: LineKind = { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' }
export const metricLines: LineKind = {
  resources: 'resourceMetrics',
  scopes: 'scopeMetrics',
  items: 'metrics',
}

const itemsMax = 512

/** Gathers items, and gives them out as a line when there are enough. */
export class Lines {
  readonly #kind: LineKind
  readonly #scope: string
  readonly #header: TraceHeader
  readonly #heads = new Map<NodeId, string>()
  /** The items of each node, with commas between them. */
  #items = new Map<NodeId, string>()
  #count = 0

  constructor(kind: LineKind, header: TraceHeader) {
    this.#kind = kind
    this.#header = header
    this.#scope = `{"name":"faultline","version":${JSON.stringify(header.version)}}`
  }

  /** Adds an item and returns the line that it fills, or ''. */
  add(node: NodeId, item: string): string {
    const items = this.#items.get(node)
    this.#items.set(node, items === undefined ? item : `${items},${item}`)
    this.#count++
    return this.#count < itemsMax ? '' : this.flush()
  }

  /** The line with what is left, or ''. */
  flush(): string {
    if (this.#count === 0) return ''
    const { resources, scopes, items } = this.#kind
    const each = [...this.#items].map(([node, text]) => {
      return `${this.#head(node)}"${scopes}":[{"scope":${this.#scope},"${items}":[${text}]}]}`
    })
    this.#items = new Map()
    this.#count = 0
    return `{"${resources}":[${each.join(',')}]}\n`
  }

  #head(node: NodeId): string {
    let head = this.#heads.get(node)
    if (head !== undefined) return head
    const { scenario, seed } = this.#header
    const attributes = [
      attribute('service.name', node === '' ? '(world)' : node),
      attribute('service.namespace', scenario),
      attribute('faultline.seed', seed),
    ]
    head = `{"resource":{"attributes":[${attributes.join(',')}]},`
    this.#heads.set(node, head)
    return head
  }
}
