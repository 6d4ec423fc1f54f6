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
  { ignores: ['dist/', 'out/', 'release/', 'coverage/', 'native/build/', 'tensorflow-binding*/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      // `== null` for null and undefined together is allowed nowhere else either: one way to compare.
      eqeqeq: 'error',
      'array-callback-return': 'error',
      'no-constructor-return': 'error',
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'no-unreachable-loop': 'error',
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
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowNever: true }],
      // A rejection inside `try` must be caught there, not returned past it.
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
      // Off: without noUncheckedIndexedAccess (see tsconfig.json) it takes the check of `array[i]` for unnecessary.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Off: an interface may ask for a promise that an implementation has at once; `async` also turns what it throws into
      // a rejection.
      '@typescript-eslint/require-await': 'off',
      // Off: most objects here are closures whose methods do not know `this`, and are taken apart on purpose.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['test/**'],
    rules: {
      // Off: tests read JSON whose form the assertion itself checks, and compare strings by code points.
      ...unsafe('off'),
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
  vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
    rules: {
      // Off: ESLint's parser does not know the type of an imported component; vue-tsc checks these uses.
      ...unsafe('off'),
      // Off: a property of type `x?: T` is undefined when it is left out, as everywhere in TypeScript.
      'vue/require-default-prop': 'off',
      // Off: components are imported by name and never meet an element of the same name.
      'vue/multi-word-component-names': 'off',
      'vue/no-ref-object-reactivity-loss': 'error',
      'vue/no-setup-props-reactivity-loss': 'error',
      'vue/no-template-target-blank': 'error',
      'vue/no-undef-components': 'error',
      'vue/no-unused-emit-declarations': 'error',
      'vue/no-unused-refs': 'error',
      'vue/no-useless-mustaches': 'error',
      'vue/no-useless-v-bind': 'error',
    },
  },
  { files: ['**/*.{mjs,cjs,js}'], languageOptions: { globals: globals.node } },
  { files: ['bench/chartsPage/*.js'], languageOptions: { globals: globals.browser } },
  prettier,
)
