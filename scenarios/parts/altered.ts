// What a program is given, with one thing about it altered.

/** The same with another value for a field. What has private fields finds them: its methods are called on itself. */
export function altered<T extends object, K extends keyof T>(target: T, field: K, value: T[K]): T {
  return new Proxy(target, {
    get: (it, name) => {
      if (name === field) return value
      const found: unknown = Reflect.get(it, name, it)
      return typeof found === 'function' ? found.bind(it) : found
    },
  })
}
