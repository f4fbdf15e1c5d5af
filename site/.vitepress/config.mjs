import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { defineConfig } from 'vitepress'

// docs/ as it is; what it links to beside docs/ is shown where the source is.
const docs = process.env.CENOTE_DOCS
const source = process.env.CENOTE_SOURCE
const root = dirname(docs)

/** A page of the site for links to pages, the source for links to anything else in the tree. */
function linksLeaveTheSite(md) {
  md.core.ruler.push('source-links', (state) => {
    const folder = join(docs, dirname(state.env.relativePath ?? ''))
    for (const token of state.tokens.flatMap((it) => it.children ?? [])) {
      const target = token.type === 'link_open' ? token.attrGet('href') : null
      if (!target || /^([a-z]+:|#|\/)/.test(target)) continue
      const [path, anchor] = target.split('#')
      const file = join(folder, decodeURI(path))
      const isPage = !relative(docs, file).startsWith('..') && path.endsWith('.md')
      if (isPage) {
        token.attrSet('href', target.replace(/README\.md/, 'index.md'))
      } else if (existsSync(file)) {
        token.attrSet('href', `${source}/${relative(root, file)}${anchor ? '#' + anchor : ''}`)
      }
    }
  })
}

/** Long names in code may go on in the next line where a word of theirs begins: otherwise one of them widens a whole table. */
function longNamesBreak(md) {
  const code = md.renderer.rules.code_inline
  md.renderer.rules.code_inline = (tokens, index, ...rest) => {
    const html = code(tokens, index, ...rest)
    return tokens[index].content.length > 20 ? html.replace(/([a-z\d)][.]?)(?=[A-Z.])/g, '$1<wbr>') : html
  }
}

export default defineConfig({
  title: 'Cenote',
  description: 'An embeddable object pool for Java: strictly fair, bounded, safe against misuse, and fast',
  lang: 'en',
  srcDir: 'docs',
  outDir: '../site',
  cacheDir: 'cache',
  rewrites: { 'README.md': 'index.md', 'benchmarks/README.md': 'benchmarks/index.md' },
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  transformPageData(page) {
    if (['settings.md', 'faults.md'].includes(page.relativePath)) {
      page.frontmatter.aside = false
      page.frontmatter.pageClass = 'wide'
    }
  },
  markdown: {
    config: (md) => {
      linksLeaveTheSite(md)
      longNamesBreak(md)
    },
    // As GitHub makes anchors, so that a link works in both places.
    anchor: { slugify: (text) => text.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-') },
    languageAlias: { math: 'text' },
  },
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            fuzzy: 0.2,
            prefix: true,
            boost: { title: 4, text: 2, titles: 1 },
            // Who looks for a setting or an exception wants its row, which is a small part of a long page; decisions come last.
            boostDocument: (page) => (page.includes('/settings') ? 3 : page.includes('/help') ? 2 : page.includes('/adr/') ? 0.3 : 1),
          },
        },
      },
    },
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: source.replace(/\/blob\/.*/, '') }],
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'Settings', link: '/settings' },
      { text: 'Help', link: '/help' },
      { text: 'Figures', link: '/benchmarks/' },
    ],
    sidebar: [
      {
        text: 'Use',
        items: [
          { text: 'Overview', link: '/' },
          { text: 'Getting started', link: '/getting-started' },
          { text: 'A database', link: '/guides/database' },
          { text: 'Sockets', link: '/guides/sockets' },
          { text: 'Expensive objects', link: '/guides/expensive-objects' },
          { text: 'A client: HTTP, Redis', link: '/guides/clients' },
          { text: 'Virtual threads and async', link: '/guides/virtual-threads-and-async' },
          { text: 'Exhaustion, leaks and fairness', link: '/exhaustion-leaks-and-fairness' },
          { text: 'Settings', link: '/settings' },
          { text: 'Examples', link: '/examples' },
        ],
      },
      {
        text: 'Modules',
        items: [
          { text: 'JDBC', link: '/jdbc' },
          { text: 'Spring Boot', link: '/spring' },
          { text: 'Sockets by address', link: '/sockets' },
          { text: 'Many keys, one budget', link: '/keyed-pools' },
          { text: 'Node protocol', link: '/node' },
          { text: 'The gateway', link: '/gateway' },
        ],
      },
      {
        text: 'Migrate',
        items: [
          { text: 'HikariCP', link: '/migrating-from-hikaricp' },
          { text: 'commons-pool2, DBCP2', link: '/migrating-from-commons-pool2' },
          { text: 'Stormpot, Agroal, others', link: '/migrating-from-others' },
        ],
      },
      {
        text: 'Operate',
        items: [
          { text: 'Operations', link: '/operations' },
          { text: 'What an operator sees', link: '/observability' },
          { text: 'What size?', link: '/sizing' },
          { text: 'Help and questions', link: '/help' },
          { text: 'Flight recorder', link: '/flight-recorder' },
          { text: 'bin/latency', link: '/latency' },
          { text: 'Compatibility', link: '/compatibility' },
        ],
      },
      {
        text: 'How it works',
        collapsed: true,
        items: [
          { text: 'Promises', link: '/promises' },
          { text: 'Concurrency', link: '/concurrency' },
          { text: 'Testing', link: '/testing' },
          { text: 'Releasing', link: '/releasing' },
        ],
      },
      {
        text: 'Evidence',
        collapsed: true,
        items: [
          { text: 'Figures', link: '/benchmarks/' },
          { text: 'Check a claim', link: '/benchmarks/check' },
          { text: 'What is not reached', link: '/benchmarks/not-reached' },
          { text: 'Faults', link: '/faults' },
          { text: 'Complaints', link: '/complaints' },
          { text: 'Races', link: '/stress' },
          { text: 'Soak', link: '/soak' },
          { text: 'Mutants', link: '/mutants' },
          { text: 'Peers', link: '/peers' },
        ],
      },
    ],
  },
})
