// MODULE: there are no modules here, and none can be loaded.

import { type Command, command, type Run } from './command.ts'
import { help } from './help.ts'
import { CommandError } from '../command-error.ts'

const load: Run = () => {
  throw new CommandError('ERR Error loading the extension. Please check the server logs.')
}

const unload: Run = () => {
  throw new CommandError('ERR Error unloading module: no such module with that name')
}

const change = 'admin noscript no_async_loading protected'

/** MODULE. */
export const moduleCommands: readonly Command[] = [
  command('module', -2, '', () => undefined, {
    subcommands: [
      command('module|list', 2, 'admin noscript', ({ reply }) => {
        reply.array(0)
      }),
      command('module|load', -3, change, load),
      command('module|loadex', -3, change, load),
      command('module|unload', 3, change, unload),
      help('module', '', [
        ['LIST', 'Return a list of loaded modules.'],
        [
          'LOAD <path> [<arg> ...]',
          'Load a module library from <path>, passing to it any optional arguments.',
        ],
        [
          'LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]',
          'Load a module library from <path>, while passing it module configurations and optional arguments.',
        ],
        ['UNLOAD <name>', 'Unload a module.'],
      ]),
    ],
  }),
]
