/** Rules of our own, for what the linter has none for. */

const noExportAll = {
  create: (context) => ({
    ExportAllDeclaration: (node) => context.report({ node, message: 'List the names one by one.' }),
  }),
}

export default { meta: { name: 'coxswain' }, rules: { 'no-export-all': noExportAll } }
