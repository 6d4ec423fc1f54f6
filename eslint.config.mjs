/**
 * Rules that find mistakes, most of them with the types of the program at hand. Layout is Prettier's business, who may
 * import whom dependency-cruiser's. A rule that is off says why.
 */
import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import { defineConfig } from 'eslint/config'
import globals from 'globals'
import ts from 'typescript-eslint'

const typeAware = {
  projectService: true,
  tsconfigRootDir: import.meta.dirname,
  extraFileExtensions: ['.vue'],
}

/** What goes on with a value of type `any`, which TypeScript no longer checks. */
const unsafe = (severity) =>
  Object.fromEntries(
    ['argument', 'assignment', 'call', 'member-access', 'return'].map((use) => [
      `@typescript-eslint/no-unsafe-${use}`,
      severity,
    ]),
  )

export default defineConfig(
  {
    ignores: [
      'dist/',
      '.dist-*/',
      // Its packages are installed by npm run docs:site only.
      'docs/.vitepress/',
      'release/',
      'coverage/',
      'native/build/',
      'native/prebuilds/',
      'tensorflow-binding*/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      // `== null` stands for null and undefined together.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'array-callback-return': 'error',
      'no-constructor-return': 'error',
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'no-unreachable-loop': 'error',
      'no-misleading-character-class': ['error', { allowEscape: true }],
      // Off: escape sequences of terminals and characters that XML forbids are searched for on purpose.
      'no-control-regex': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Results must be repeatable: draw from a seeded generator.' },
      ],
    },
  },
  {
    files: ['**/*.{ts,vue}'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: typeAware },
    rules: {
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-misused-spread': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/require-array-sort-compare': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowArray: true, allowNever: true, allowNumber: true },
      ],
      // A rejection inside `try` must be caught there, not returned past it.
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Off: without noUncheckedIndexedAccess (see tsconfig.json) it takes the check of `array[i]` for unnecessary.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Off: values of settings are `unknown` to TypeScript; by their schema they are text, numbers or lists of these.
      '@typescript-eslint/no-base-to-string': 'off',
      // Off: an interface may ask for a promise that an implementation has at once; `async` also turns what it throws
      // into a rejection.
      '@typescript-eslint/require-await': 'off',
      // Off: most objects here are closures whose methods do not know `this`, and are taken apart on purpose.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      // Off: tests read JSON whose form the assertion itself checks, and compare strings by code points.
      ...unsafe('off'),
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
  {
    files: ['renderer/**'],
    rules: {
      // Off: ESLint does not know the type of an imported component; vue-tsc checks these uses.
      ...unsafe('off'),
    },
  },
  vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
    rules: {
      // Off: a property of type `x?: T` is undefined when it is left out, as everywhere in TypeScript.
      'vue/require-default-prop': 'off',
      // Off: components are imported by name and never meet an element of the same name.
      'vue/multi-word-component-names': 'off',
      'vue/no-template-target-blank': 'error',
      // vue-router registers its components for the whole application.
      'vue/no-undef-components': ['error', { ignorePatterns: ['^Router(Link|View)$'] }],
      'vue/no-unused-emit-declarations': 'error',
      'vue/no-unused-refs': 'error',
      'vue/no-useless-v-bind': 'error',
    },
  },
  { files: ['**/*.{mjs,cjs,js}'], languageOptions: { globals: globals.node } },
  { files: ['bench/chartsPage/*.js'], languageOptions: { globals: globals.browser } },
  prettier,
)
