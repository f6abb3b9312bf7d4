// Users on disk: what ACL SAVE writes ACL LOAD reads, a crash keeps, and a file that is wrong changes nothing.

import { expect, test } from 'vitest'

import { aclText, parseAcl } from './acl-file.ts'
import { commandTable } from '../commands/index.ts'
import { played } from '../testing/played.ts'
import { ms, seconds } from '../../../sim/index.ts'

test('users that were saved are there after a crash, those that were not are gone', async () => {
  const told = await played(
    { a: { aclfile: 'users.acl' } },
    async ({ ask, env }) => {
      const asked = [
        await ask('a', 'ACL SETUSER kept on >pw ~k* %R~r* &c +@read -get (~w*'.concat(' +set)')),
        await ask('a', 'ACL SAVE'),
        await ask('a', 'ACL SETUSER lost on'),
        await ask('a', 'ACL LIST'),
        await ask('a', 'ACL LOAD'),
        await ask('a', 'ACL USERS'),
        await ask('a', 'ACL SETUSER lost on'),
      ]
      await env.sleep(seconds(6))
      for (let tries = 0; tries < 40; tries += 1) {
        if ((await ask('a', 'PING')) === '+PONG') break
        await env.sleep(ms(100))
      }
      return [...asked, await ask('a', 'ACL USERS'), await ask('a', 'ACL DRYRUN kept set w1 v')]
    },
    [{ kind: 'crash', node: 'a', at: seconds(3), for: seconds(1) }],
    { '/users.acl': '' },
  )
  expect(told).toMatchInlineSnapshot(`
    [
      "+OK",
      "+OK",
      "+OK",
      "*["user default on nopass ~* &* +@all" "user kept on #30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4 ~k* %R~r* resetchannels &c -@all +@read -get (~w* resetchannels -@all +set)" "user lost on resetchannels -@all"]",
      "+OK",
      "*["default" "kept"]",
      "+OK",
      "*["default" "kept"]",
      "+OK",
    ]
  `)
})

test.each([
  ['users.acl', '/users.acl'],
  ['/users.acl', '/users.acl'],
])('a server whose file %s is missing does not start, and says where it looked', async (aclfile, path) => {
  await expect(played({ a: { aclfile } }, async ({ ask }) => [await ask('a', 'PING')])).rejects.toThrow(
    `redis: parameter aclfile: got ${aclfile}, but ${path} on its disk is no file that can be read; wanted one`,
  )
})

test('a server whose file is wrong does not start, and says in one line what is', async () => {
  const start = played({ a: { aclfile: 'users.acl' } }, async ({ ask }) => [await ask('a', 'PING')], [], {
    '/users.acl': 'user a on +get\nuser a off\nuser b +nosuch\n',
  })
  await expect(start).rejects.toThrow(
    /redis: parameter aclfile: got users\.acl, where [^\n]*Duplicate user 'a' [^\n]*acl:3: Unknown command [^\n]*; wanted a user a line/,
  )
})

test('a file with a path of its own is saved where it is read', async () => {
  const told = await played(
    { a: { aclfile: '/users.acl', dir: '/' } },
    async ({ ask }) => [
      await ask('a', 'ACL SETUSER b on'),
      await ask('a', 'ACL SAVE'),
      await ask('a', 'ACL DELUSER b'),
      await ask('a', 'ACL LOAD'),
      await ask('a', 'ACL USERS'),
    ],
    [],
    { '/users.acl': '' },
  )
  expect(told).toEqual(['+OK', '+OK', ':1', '+OK', '*["b" "default"]'])
})

test('a file that is wrong is refused with each line', () => {
  const book = { commands: commandTable(), firstChannels: [] }
  const text = 'user a on +get\nuser a off\nnonsense\nuser b +nosuch\n'
  expect(() => parseAcl(text, 'users.acl', book)).toThrow(
    /Duplicate user 'a' found on line 2.*users.acl:3: should start with user.*users.acl:4: Unknown command/,
  )
  const users = parseAcl('user a on nopass %RW~x* resetchannels -@all +get|x (%R~y +set)\n', 'f', book)
  expect(aclText(parseAcl(aclText(users.values()), 'f', book).values())).toBe(aclText(users.values()))
})
