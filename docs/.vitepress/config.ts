/**
 * The documents of this folder as a site: `npm run docs:site` in the folder above writes it to .vitepress/dist.
 * SITE_BASE is the path it is served under (default: /), SITE_SOURCES the address of the repository's files, for links
 * out of this folder; without it their text is no link. The pages load nothing from other hosts.
 */
import { readFileSync } from 'node:fs'
import { defineConfig, type MarkdownRenderer } from 'vitepress'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const sources = process.env.SITE_SOURCES || null

/** Where a document holds a picture for each theme of the reader's system, the site follows its own switch. */
const PICTURE =
  /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\s*<img alt="([^"]*)" src="([^"]+)">\s*<\/picture>/g

function showPicturesByTheme(md: MarkdownRenderer): void {
  md.core.ruler.before('normalize', 'pictures-by-theme', (state) => {
    state.src = state.src.replace(
      PICTURE,
      (_, dark: string, alt: string, light: string) =>
        `<img class="light-only" alt="${alt}" src="./${light}" loading="lazy">` +
        `<img class="dark-only" alt="${alt}" src="./${dark}" loading="lazy">`,
    )
  })
}

/** Files outside this folder are no pages of the site. */
function linkToSources(md: MarkdownRenderer): void {
  md.core.ruler.after('inline', 'links-to-sources', (state) => {
    for (const { children } of state.tokens) {
      let isUnlinked = false
      for (const token of children ?? []) {
        const target = token.type === 'link_open' ? token.attrGet('href') : null
        if (target?.startsWith('../') && sources !== null) token.attrSet('href', target.replace('..', sources))
        else if (target?.startsWith('../')) [token.tag, token.attrs, isUnlinked] = ['span', null, true]
        else if (token.type === 'link_close' && isUnlinked) [token.tag, isUnlinked] = ['span', false]
      }
    }
  })
}

/** The examples of formats are marked with their format, which no highlighter knows. */
function leaveExamplesPlain(md: MarkdownRenderer): void {
  const highlighted = ['js', 'ts', 'yaml', 'json', 'text', '']
  md.core.ruler.after('block', 'plain-examples', (state) => {
    for (const token of state.tokens)
      if (token.type === 'fence' && !highlighted.includes(token.info.trim())) token.info = 'text'
  })
}

const GUIDE = [
  { text: 'Start', link: '/start' },
  { text: 'Label your own text', link: '/annotate' },
  { text: 'Train and compare', link: '/train' },
  { text: 'The method in five minutes', link: '/method' },
  { text: 'Reproduce the paper', link: '/reproduce' },
  { text: 'Results', link: '/results' },
]
const REFERENCE = [
  { text: 'Formats', link: '/formats' },
  { text: 'Command line', link: '/command-line' },
  { text: 'Settings', link: '/settings' },
  { text: 'Programmatic use', link: '/programmatic-use' },
  { text: 'Backends', link: '/backends' },
  { text: 'Trouble', link: '/trouble' },
  { text: 'Dependencies', link: '/dependencies' },
]

export default defineConfig({
  title: 'Sparse Sharing Studio',
  description: 'Train sequence taggers with sparse sharing: every task finds its own subnet of one network.',
  lang: 'en',
  base: process.env.SITE_BASE || '/',
  cleanUrls: false,
  markdown: {
    config(md) {
      showPicturesByTheme(md)
      linkToSources(md)
      leaveExamplesPlain(md)
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/start', activeMatch: '^/(start|annotate|train|method|reproduce|results)' },
      {
        text: 'Reference',
        link: '/formats',
        activeMatch: '^/(formats|command-line|settings|prog|backends|trouble|dep)',
      },
      ...(sources === null ? [] : [{ text: version, link: `${sources}/CHANGELOG.md` }]),
    ],
    sidebar: [
      { text: 'Guide', items: GUIDE },
      { text: 'Reference', items: REFERENCE },
    ],
  },
})
