/** How the page looks: by the colours of the system, light and dark, and in a narrow window too. */
export const chatStyle = `
:root { color-scheme: light dark; --line: #c4c8ce; --soft: #586069; --own: #e8f0fe; --accent: #0b57d0; --back: #ffffff; --ink: #1b1f24; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --line: #4a4f57; --soft: #a9b1ba; --own: #24324a; --accent: #a8c7fa; --back: #16181c; --ink: #e8eaed; --bad: #f2b8b5; } }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { font: 16px/1.45 system-ui, sans-serif; background: var(--back); color: var(--ink); display: grid; grid-template-rows: auto 1fr; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; padding: .5rem 1rem; border-bottom: 1px solid var(--line); }
h1, h2 { font-size: 1.1rem; margin: 0; white-space: nowrap; }
h2 { font-size: .9rem; color: var(--soft); }
#state { color: var(--soft); overflow-wrap: anywhere; }
#state[data-connected="no"] { color: var(--bad); }
main { display: grid; grid-template-columns: 1fr 13rem; min-height: 0; }
#talk { display: grid; grid-template-rows: 1fr auto; min-height: 0; min-width: 0; }
#log { overflow-y: auto; margin: 0; padding: .5rem 1rem; list-style: none; }
#log li { padding: .15rem .5rem; overflow-wrap: anywhere; border-radius: .3rem; }
#log li.own { background: var(--own); }
#log li.note, #log time { color: var(--soft); font-size: .85rem; }
#log .nick { font-weight: 600; }
#log .waiting { opacity: .65; }
aside { overflow-wrap: anywhere; border-left: 1px solid var(--line); padding: .5rem 1rem; overflow-y: auto; }
aside p { margin: .25rem 0 1rem; }
aside ul { list-style: none; padding: 0; margin: .25rem 0 1rem; }
form { display: flex; gap: .5rem; padding: .5rem 1rem; border-top: 1px solid var(--line); }
#enter { margin: auto; flex-direction: column; width: min(22rem, 100%); border: 0; }
#problem { color: var(--bad); margin: .25rem 0; min-height: 1.45em; }
label { display: block; }
label input { margin-top: .25rem; }
input, button { font: inherit; padding: .4rem .6rem; border: 1px solid var(--soft); border-radius: .3rem; background: var(--back); color: var(--ink); }
input { width: 100%; min-width: 0; }
button { background: var(--accent); color: var(--back); border-color: var(--accent); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#log:focus-visible, aside:focus-visible { outline-offset: -3px; }
.hidden-label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none !important; }
@media (max-width: 40rem) { main { grid-template-columns: 1fr; grid-template-rows: 1fr auto; } aside { border-left: 0; border-top: 1px solid var(--line); max-height: 7rem; padding: .25rem 1rem; } aside h2 { display: inline; margin-right: .5rem; } aside p, aside ul { display: inline; } aside li { display: inline; } aside li + li::before { content: ', '; } aside p::after { content: ''; display: block; } }
`
