// Users and what they may do, as the real server has it: the same lines to both, and every reply the same.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasRealRedis, type Pair, startPair } from '../testing/differential.ts'
import { shown } from '../testing/wire.ts'

/** Lines of words without quotes; rules with blanks stand in brackets. */
const stories: readonly (readonly [title: string, lines: readonly string[]])[] = [
  [
    'rules and how they are shown',
    [
      'ACL SETUSER a on >secret ~k* %R~r* %W~w* %RW~b* &c* +@read -get +config|get +set',
      'ACL GETUSER a',
      'ACL LIST',
      'ACL SETUSER a -@read +get',
      'ACL GETUSER a',
      'ACL SETUSER a allkeys',
      'ACL GETUSER a',
      'ACL SETUSER a ~x',
      'ACL SETUSER a allchannels',
      'ACL SETUSER a &x',
      'ACL SETUSER a resetkeys resetchannels ~x ~x ~y &c &c',
      'ACL GETUSER a',
      'ACL SETUSER a nopass',
      'ACL GETUSER a',
      'ACL SETUSER a resetpass <nope',
      'ACL SETUSER a >x #zz',
      'ACL SETUSER a #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
      'ACL SETUSER a !2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
      'ACL SETUSER a !2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
      'ACL SETUSER a +nosuch',
      'ACL SETUSER a +get|x',
      'ACL SETUSER a +config|nosuch',
      'ACL SETUSER a +@nosuch',
      'ACL SETUSER a %X~k',
      'ACL SETUSER a %~k',
      'ACL SETUSER a %R',
      'ACL SETUSER a nonsense',
      'ACL SETUSER a reset',
      'ACL GETUSER a',
      'ACL GETUSER nosuch',
      'ACL SETUSER a +select|0',
      'ACL SETUSER a sanitize-payload',
      'ACL GETUSER a',
      'ACL SETUSER a skip-sanitize-payload',
      'ACL GETUSER a',
      'ACL DELUSER a nosuch',
      'ACL DELUSER default',
      'ACL WHOAMI',
      'ACL USERS',
      'ACL CAT nosuch',
      'ACL SETUSER',
      'ACL GENPASS 0',
      'ACL GENPASS 5000',
      'ACL GENPASS x',
      'ACL nosuch',
    ],
  ],
  [
    'channels of who begins anew',
    [
      'ACL SETUSER a on nopass +@all',
      'CONFIG SET acl-pubsub-default allchannels',
      'ACL GETUSER a',
      'ACL SETUSER a [(+get_~k*)]',
      'ACL GETUSER a',
      'ACL SETUSER b on nopass +publish',
      'ACL SETUSER b &x',
      'ACL DRYRUN b publish x m',
      'ACL SETUSER b resetchannels',
      'ACL DRYRUN b publish x m',
      'ACL SETUSER b reset',
      'ACL LIST',
      'CONFIG SET acl-pubsub-default resetchannels',
      'ACL SETUSER b reset',
      'ACL LIST',
    ],
  ],
  [
    'selectors',
    [
      'ACL SETUSER s on nopass +get ~k* [(+set_~w*)] [(%R~r*_%W~q*_+@hash_&x)]',
      'ACL GETUSER s',
      'ACL LIST',
      'ACL DRYRUN s get k1',
      'ACL DRYRUN s get w1',
      'ACL DRYRUN s set w1 v',
      'ACL DRYRUN s set k1 v',
      'ACL DRYRUN s hget r1 f',
      'ACL DRYRUN s hset r1 f v',
      'ACL DRYRUN s hset q1 f v',
      'ACL DRYRUN s del k1',
      'ACL SETUSER s [(+@all_~*)]',
      'ACL DRYRUN s del k1',
      'ACL DRYRUN s publish x m',
      'ACL GETUSER s',
      'ACL SETUSER s clearselectors',
      'ACL GETUSER s',
      'ACL SETUSER s [(+get]',
      'ACL SETUSER s (+get',
      'ACL SETUSER s (nosuch)',
      'ACL SETUSER s (on)',
      'ACL SETUSER s ()',
      'ACL GETUSER s',
      'ACL SETUSER s reset',
      'ACL GETUSER s',
      'ACL SETUSER s (+get ~x)',
      'ACL GETUSER s',
      'ACL DELUSER s',
    ],
  ],
  [
    'what keys and channels a user may use',
    [
      'ACL SETUSER p on nopass +@all %R~r* %W~w* ~b* &c*',
      'ACL DRYRUN p get r1',
      'ACL DRYRUN p get w1',
      'ACL DRYRUN p set w1 v',
      'ACL DRYRUN p set r1 v',
      'ACL DRYRUN p set w1 v get',
      'ACL DRYRUN p set b1 v get',
      'ACL DRYRUN p getset w1 v',
      'ACL DRYRUN p getdel w1',
      'ACL DRYRUN p incr w1',
      'ACL DRYRUN p append w1 x',
      'ACL DRYRUN p append r1 x',
      'ACL DRYRUN p copy r1 w1',
      'ACL DRYRUN p copy w1 r1',
      'ACL DRYRUN p rename b1 w1',
      'ACL DRYRUN p rename r1 w1',
      'ACL DRYRUN p del w1',
      'ACL DRYRUN p del r1',
      'ACL DRYRUN p lpush w1 x',
      'ACL DRYRUN p lpop w1',
      'ACL DRYRUN p lmove r1 w1 LEFT LEFT',
      'ACL DRYRUN p lmove b1 w1 LEFT LEFT',
      'ACL DRYRUN p sort r1 store w1',
      'ACL DRYRUN p sort w1',
      'ACL DRYRUN p sunionstore w1 r1 r2',
      'ACL DRYRUN p sunionstore r1 r1',
      'ACL DRYRUN p zadd w1 1 a',
      'ACL DRYRUN p zrangestore w1 r1 0 1',
      'ACL DRYRUN p bitop and w1 r1',
      'ACL DRYRUN p bitfield w1 get u8 0',
      'ACL DRYRUN p pfcount r1',
      'ACL DRYRUN p pfcount w1',
      'ACL DRYRUN p pfmerge w1 r1',
      'ACL DRYRUN p xread streams r1 0',
      'ACL DRYRUN p xreadgroup group g c streams w1 >',
      'ACL DRYRUN p touch w1',
      'ACL DRYRUN p exists w1',
      'ACL DRYRUN p type w1',
      'ACL DRYRUN p expire w1 1',
      'ACL DRYRUN p persist r1',
      'ACL DRYRUN p object encoding r1',
      'ACL DRYRUN p memory usage r1',
      'ACL DRYRUN p eval x 1 w1',
      'ACL DRYRUN p eval x 1 b1',
      'ACL DRYRUN p mget r1 w1',
      'ACL DRYRUN p mset w1 a w2 b',
      'ACL DRYRUN p mset w1 a r2 b',
      'ACL DRYRUN p publish c1 m',
      'ACL DRYRUN p publish x m',
      'ACL DRYRUN p subscribe c1 x',
      'ACL DRYRUN p psubscribe c*',
      'ACL DRYRUN p psubscribe c1*',
      'ACL DRYRUN p ssubscribe x',
      'ACL DRYRUN p watch r1',
      'ACL DRYRUN p geosearchstore w1 r1 fromlonlat 1 1 byradius 1 m',
      'ACL DRYRUN p georadius r1 1 1 1 m store w1',
      'ACL DRYRUN p zunionstore w1 2 r1 r2',
      'ACL DRYRUN p smove b1 w1 x',
      'ACL DRYRUN p lcs r1 r2',
      'ACL DRYRUN p randomkey',
      'ACL DRYRUN p nosuch',
      'ACL DRYRUN nosuch get x',
      'ACL DRYRUN p get',
      'ACL DRYRUN p config get x',
      'ACL SETUSER p -@all +config|get',
      'ACL DRYRUN p config get x',
      'ACL DRYRUN p config set x y',
      'ACL DRYRUN p get r1',
      'ACL DELUSER p',
    ],
  ],
  [
    'the log',
    [
      'ACL LOG RESET',
      'ACL SETUSER l on >pw +acl|whoami +auth ~k +get +multi +exec &c +publish',
      'AUTH l wrong',
      'AUTH l wrong',
      'AUTH nosuch x',
      'ACL LOG',
      'ACL LOG 1',
      'ACL LOG 0',
      'AUTH l pw',
      'GET x',
      'SET k v',
      'PUBLISH x m',
      'MULTI',
      'GET x',
      'GET k',
      'EXEC',
      'CONFIG GET x',
      'EVAL x 0',
      'AUTH default x',
      'ACL LOG',
      'ACL LOG RESET',
      'ACL LOG',
      'ACL LOG x',
      'ACL LOG -1',
      'ACL DELUSER l',
      'ACL SAVE',
      'ACL LOAD',
    ],
  ],
]

for (const protocol of [2, 3] as const)
  describe.skipIf(!hasRealRedis)(`RESP${protocol}`, () => {
    let pair: Pair
    beforeAll(async () => {
      pair = await startPair(protocol)
    })
    afterAll(async () => {
      await pair.stop()
    })

    test.each(stories)('%s', async (_, lines) => {
      const commands = lines.map((line) =>
        line
          .split(' ')
          .map((word) => word.replaceAll(/[[\]]/g, '').replaceAll('_', word.startsWith('[') ? ' ' : '_')),
      )
      const [real, ours] = await Promise.all([pair.real.askAll(commands), pair.ours.askAll(commands)])
      const differing = lines.flatMap((line, at) => {
        const [expected, got] = [comparable(shown(real[at])), comparable(shown(ours[at]))]
        return expected === got ? [] : [`${line}\n  real ${expected}\n  ours ${got}`]
      })
      console.log(`RESP${protocol}: ${lines.length} commands compared`)
      expect(differing.join('\n')).toBe('')
    })
  })

/** Times, places and addresses are a server's own. */
function comparable(text: string): string {
  return (
    text
      .replaceAll(/"age-seconds" (?:"[^"]*"|,[0-9.e-]+)/g, '"age-seconds" …')
      .replaceAll(/"client-info" "[^"]*"/g, '"client-info" …')
      // Redis goes through its commands in an order that differs from one start to the next.
      .replaceAll(
        /"commands" "([^"]*)"/g,
        (_, rules: string) => `"commands" "${rules.split(' ').sort().join(' ')}"`,
      )
      .replaceAll(/-@all [^"]*"/g, (rules) => rules.split(/[ "]/).sort().join(' '))
  )
}
