import tseslint from 'typescript-eslint'

const typed = [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked]

/** What no file of the project holds: named exports only, and a door lists its names one by one. */
const ONE_BY_ONE = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportAllDeclaration', message: 'List the names one by one.' },
]

/** Rules of eslint itself for which TypeScript does no work. */
const CORE = [
  'eqeqeq',
  'no-async-promise-executor',
  'no-cond-assign',
  'no-console',
  'no-constant-binary-expression',
  'no-control-regex',
  'no-debugger',
  'no-empty',
  'no-eval',
  'no-fallthrough',
  'no-loss-of-precision',
  'no-misleading-character-class',
  'no-new-func',
  'no-prototype-builtins',
  'no-self-compare',
  'no-unsafe-finally',
  'no-useless-backreference',
  'no-useless-escape',
  'no-var',
  'prefer-const',
  'require-yield',
  'use-isnan',
]

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '**/fixtures/', '**/*.gen.ts', '**/*.js'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: typed,
    // One program for all. The project service would build a second one for a file that begins with `#!`: eslint hands the parser
    // another text than the one on the disk.
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // `typeof import('x')` is how the type of what is loaded lazily is written.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/prefer-readonly': 'error',
      'no-restricted-syntax': ['error', ...ONE_BY_ONE],
      ...Object.fromEntries(CORE.map((name) => [name, 'error'])),

      // A number in a message reads as itself; an object or undefined there is the mistake.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A method of an interface is bivariant, and some here must be.
      '@typescript-eslint/method-signature-style': 'off',
      // `[K: string]: T` names what the keys are where `Record` cannot.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // noUncheckedIndexedAccess makes every read by index optional; after a check of the bound, `!` is the one way that is free.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Fights noPropertyAccessFromIndexSignature.
      '@typescript-eslint/dot-notation': 'off',
      // `number | 'name'` documents the name even where the type absorbs it.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // Generated and generic interfaces name a type parameter once, to say what it stands for.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // What a signal was aborted with is handed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      // `async` without `await` is how a function of a promised type says that it also rejects instead of throwing.
      '@typescript-eslint/require-await': 'off',
      // Handlers that do nothing are part of the language.
      '@typescript-eslint/no-empty-function': 'off',
      // A loop over bytes by index is the point of a codec.
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-invalid-void-type': [
        'error',
        { allowInGenericTypeArguments: true, allowAsThisParameter: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
    },
  },
  {
    // Programs: their output is the terminal. Tests call what must not compile or must not be called so.
    files: ['.ci/**', 'src/cli/**', 'examples/**', 'bench/**', 'test/**'],
    rules: { 'no-console': 'off' },
  },
  {
    // Encoders are called from plain JavaScript too, and check what TypeScript believes.
    files: ['src/kernel/codec/**'],
    rules: {
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'off',
    },
  },
  {
    files: ['test/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
)
