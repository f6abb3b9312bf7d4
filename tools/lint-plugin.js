// Rules for oxlint that it does not have: the layers and doors of the project, and arithmetic that differs between engines.
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importProblem } from './layers.js'

const root = fileURLToPath(new URL('..', import.meta.url))

const layers = {
  create(context) {
    const importer = relative(root, context.filename).split(sep).join('/')
    const check = (source) => {
      if (typeof source?.value !== 'string') return
      const message = importProblem(importer, source.value)
      if (message !== undefined) context.report({ node: source, message })
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
    }
  },
}

/** A power of two with a literal exponent is exact everywhere; any other power may differ between engines. */
const noExponentiation = {
  create(context) {
    const message = '`**` may differ between engines: multiply, or use a table'
    const report = (node) => {
      const isExact = node.left.value === 2 && Number.isInteger(node.right.value)
      if (node.operator.startsWith('**') && !isExact) context.report({ node, message })
    }
    return { BinaryExpression: report, AssignmentExpression: report }
  },
}

/** `x as unknown as T` switches the checker off; a type guard or a parse function says the same and is checked. */
const noDoubleAssertion = {
  create(context) {
    const message = '`as unknown as` switches type checking off: write a type guard or a parse function'
    return {
      TSAsExpression(node) {
        const inner = node.expression
        if (inner.type === 'TSAsExpression' && inner.typeAnnotation.type === 'TSUnknownKeyword')
          context.report({ node, message })
      },
    }
  },
}

const noEnum = {
  create(context) {
    return {
      TSEnumDeclaration(node) {
        context.report({ node, message: 'no enums: use a union of string literals' })
      },
    }
  },
}

export default {
  meta: { name: 'faultline' },
  rules: {
    layers,
    'no-exponentiation': noExponentiation,
    'no-double-assertion': noDoubleAssertion,
    'no-enum': noEnum,
  },
}
