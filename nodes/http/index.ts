// HTTP/1.1 (RFC 9110, RFC 9112): messages as values, a strict codec, a server.

export { demoHandler, httpDemo, httpPort } from './demo.ts'
export { type HttpLimits, httpLimits } from './codec-options.ts'
export { HttpError, type HttpErrorCode } from './http-error.ts'
export { httpDate } from './http-date.ts'
export {
  type Body,
  Fields,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  type HttpUpgrade,
  type UpgradeTask,
} from './message.ts'
export { HttpWriteError } from './serializer.ts'
export { serveHttp } from './server.ts'
export type { HttpServerOptions } from './server-options.ts'
export { statusText } from './status-text.ts'
export { parseTarget, type Target } from './target.ts'
