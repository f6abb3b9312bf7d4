// Two players that count the balls they returned, up to a number (Stateright, src/actor/actor_test_util.rs). There the
// states behind that number lie beyond a boundary; here the players stop.

import { type Env, node, type Scenario, scenario, seconds } from '../../../sim/index.ts'

type Ball = { readonly kind: 'ping' | 'pong'; readonly count: number }

function player(env: Env<Ball>): void {
  const { serves, most } = env.parameters as { readonly serves: string | null; readonly most: number }
  let count = 0
  const returns = (kind: 'ping' | 'pong') => (ball: Ball, source: string) => {
    if (ball.count !== count || count === most) return
    count++
    env.messages.send(source, { kind, count: kind === 'ping' ? count : ball.count })
    env.probe('state', count)
  }
  env.messages.on('ping', returns('pong'))
  env.messages.on('pong', returns('ping'))
  if (serves !== null) env.messages.send(serves, { kind: 'ping', count: 0 })
  env.probe('state', count)
}

export const pingPong: Scenario = scenario({
  title: 'two players return each other a ball',
  parameters: { most: 5 },
  nodes: ({ most }) => [
    node('a', player, { parameters: { serves: 'b', most } }),
    node('b', player, { parameters: { serves: null, most } }),
  ],
  exhaust: { network: 'set' },
  duration: seconds(1),
})
