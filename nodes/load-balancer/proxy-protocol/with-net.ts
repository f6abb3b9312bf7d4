// An env with other sockets: everything else is the same.

import type { Env, Net } from '../../../sim/index.ts'

/** The same env, but for its sockets. */
export function withNet(env: Env, net: Partial<Net>): Env {
  return {
    name: env.name,
    parameters: env.parameters,
    incarnation: env.incarnation,
    clock: env.clock,
    timers: env.timers,
    random: env.random,
    messages: env.messages,
    disk: env.disk,
    cpu: env.cpu,
    log: env.log,
    signal: env.signal,
    net: {
      listen: (port, how) => env.net.listen(port, how),
      connect: (host, port, how) => env.net.connect(host, port, how),
      bind: (port) => env.net.bind(port),
      resolve: (name) => env.net.resolve(name),
      ...net,
    },
    randomFor: (purpose) => env.randomFor(purpose),
    sleep: (wait, signal) => env.sleep(wait, signal),
    probe: (name, value) => {
      env.probe(name, value)
    },
    buggify: (site) => env.buggify(site),
    admits: (f) => env.admits(f),
    invoke: (operation) => env.invoke(operation),
    spawn: (task) => {
      env.spawn(task)
    },
    onStop: (action) => {
      env.onStop(action)
    },
    exit: (code) => env.exit(code),
  }
}
