// The look of our own plain pages, those of admins and of invite links: one small sheet, light and dark,
// nothing from elsewhere.
import { createHash } from 'node:crypto'

export const style = `
:root { color-scheme: light dark; --ground: #f4f6f8; --card: #fff; --ink: #1b2530; --soft: #5b6875;
  --line: #dbe1e7; --accent: #1a6b73; --on-accent: #fff; --bad: #a3232b; --bad-ground: #fdecec }
@media (prefers-color-scheme: dark) { :root { --ground: #12181e; --card: #1b242c; --ink: #e6ebf0;
  --soft: #9aa8b5; --line: #2f3b46; --accent: #6cc5ce; --on-accent: #0d1b1e; --bad: #ffb3b3;
  --bad-ground: #3a1e22 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; padding: 1.5rem; display: grid; place-items: center;
  grid-template-columns: minmax(0, 1fr);
  background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 24rem; padding: 2rem; border: 1px solid var(--line);
  border-radius: 14px; background: var(--card); box-shadow: 0 8px 30px rgb(0 0 0 / 6%) }
main.wide { max-width: 42rem }
h1 { margin: 0; font-size: 1.35rem; line-height: 1.3 }
h2 { margin: 2rem 0 .5rem; font-size: 1rem }
p { margin: .35rem 0 }
.soft { color: var(--soft) }
.bad { margin-top: 1rem; padding: .6rem .8rem; border-radius: 8px; color: var(--bad);
  background: var(--bad-ground) }
label { display: block; margin: 1rem 0 .3rem; font-size: .9rem; font-weight: 600 }
input { width: 100%; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 8px;
  background: var(--ground); color: inherit; font: inherit }
button, .button { display: inline-block; padding: .6rem 1.1rem; border: 1px solid var(--accent);
  border-radius: 8px; background: var(--accent); color: var(--on-accent); font: inherit;
  font-weight: 600; text-decoration: none; cursor: pointer }
button.quiet { border-color: var(--line); background: none; color: inherit; font-weight: 400 }
form.login button { width: 100%; margin-top: 1.5rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
a { color: var(--accent) }
header { display: flex; justify-content: space-between; align-items: start; gap: 1rem }
header form { flex: none }
.table { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .5rem .6rem; border-bottom: 1px solid var(--line); text-align: right }
th:first-child, td:first-child { padding-left: 0; text-align: left }
th:last-child, td:last-child { padding-right: 0 }
thead th { color: var(--soft); font-size: .85rem; font-weight: 500 }
tbody th { font-weight: 500 }
.table + p { margin-top: 1.25rem }
@media (max-width: 30rem) { body { padding: .75rem } main { padding: 1.25rem }
  th, td { padding: .5rem .3rem } }
code { overflow-wrap: anywhere }
td.warn { color: var(--bad); font-weight: 600 }
.actions { display: flex; gap: 1.25rem; align-items: center; flex-wrap: wrap; margin-top: 1.75rem }
`

/** Lets exactly this sheet through the content security policy. */
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`
