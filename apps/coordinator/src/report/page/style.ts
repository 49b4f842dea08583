// The style sheet of the reports; its colours are the pages' own (apps/web-client/src/ui/tokens.css).
import { GROUP_COLOURS } from './groups.ts';

/** Colours by name, for light and for dark. */
export const TOKENS = {
  paper: ['#faf9f6', '#0f1013'],
  surface: ['#ffffff', '#17181d'],
  sunken: ['#f2f0eb', '#1e2026'],
  line: ['#e4e1d9', '#2a2c34'],
  'line-strong': ['#85827a', '#767a86'],
  ink: ['#17181c', '#f1efe9'],
  'ink-quiet': ['#5a5a5e', '#a6a8b0'],
  accent: ['#3a4cc0', '#9aa9ff'],
  good: ['#0a6a4c', '#5fd0a5'],
  warn: ['#7d4e00', '#f0b95c'],
  'warn-soft': ['#fbf1dd', '#2b2414'],
  bad: ['#a8241c', '#ff938a'],
} as const;

const tokens = Object.entries(TOKENS)
  .map(([name, [light, dark]]) => `--${name}:light-dark(${light},${dark});`)
  .join('');
const groups = GROUP_COLOURS.map(
  ([fill, ink], i) => `.g${i}{background:${fill};color:${ink};print-color-adjust:exact}`,
).join('');

/** Everything that a report needs, without a file or font from elsewhere. */
export const STYLE = `:root{color-scheme:light dark;${tokens}--small:0.8125rem;--radius:8px;
font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans',sans-serif}
*,*::before,*::after{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font-size:0.9375rem;line-height:1.5;font-variant-numeric:tabular-nums;
-webkit-text-size-adjust:100%;text-size-adjust:100%}
main{max-width:1200px;margin:0 auto;padding:32px 24px 64px;display:grid;grid-template-columns:minmax(0,1fr);gap:24px}
h1,h2,h3,p,ul,dl,dd,figure{margin:0;padding:0}
h1,h2,h3{line-height:1.2;letter-spacing:-0.012em;font-weight:640;text-wrap:balance}
h1{font-size:clamp(1.625rem,1.2rem + 1.6vw,2.25rem)}
h2{font-size:1.375rem}
h3{font-size:0.9375rem;letter-spacing:0}
p{text-wrap:pretty;max-width:80ch}
a{color:var(--accent);text-underline-offset:3px}
code{font:0.8125rem/1.4 ui-monospace,'Cascadia Mono',Menlo,Consolas,monospace;overflow-wrap:anywhere}
.lead{font-size:1.0625rem}
.quiet{color:var(--ink-quiet)}
.small{font-size:var(--small)}
.head{display:grid;gap:12px}
.head .kicker{color:var(--ink-quiet);font-size:var(--small);font-weight:560}
nav ul{display:flex;flex-wrap:wrap;gap:0 16px;list-style:none;font-size:var(--small)}
nav a{display:inline-block;padding:4px 0}
.panel{background:var(--surface);border:1px solid var(--line);border-radius:var(--radius);padding:20px;display:grid;
grid-template-columns:minmax(0,1fr);gap:16px;scroll-margin-top:16px}
.notice{background:var(--warn-soft);border-left:3px solid var(--warn);border-radius:4px;padding:12px 16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px}
.tile{background:var(--surface);border:1px solid var(--line);border-radius:var(--radius);padding:14px 16px}
.tile dt{font-size:var(--small);color:var(--ink-quiet)}
.tile .figure{font-size:1.625rem;font-weight:640;line-height:1.25;letter-spacing:-0.02em}
.tile .beside{font-size:var(--small);color:var(--ink-quiet)}
.scroll{overflow-x:auto;max-width:100%;border-radius:4px}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:var(--small)}
caption{text-align:left;font-weight:620;padding:0 0 6px}
th,td{padding:6px 10px;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
thead th{color:var(--ink-quiet);font-weight:560;vertical-align:bottom;border-bottom-color:var(--line-strong)}
tbody th{font-weight:560}
th.number,td.number{text-align:right;white-space:nowrap}
tr.minor td,tr.minor th{color:var(--ink-quiet);font-weight:400}
tr:has(+tr.minor:not(.sum)) td,tr:has(+tr.minor:not(.sum)) th{border-bottom:0;padding-bottom:2px}
tr.minor:not(.sum) td,tr.minor:not(.sum) th{padding-top:2px}
tr.sum td,tr.sum th{border-top:1px solid var(--line-strong)}
th code{white-space:nowrap}
th.short{white-space:nowrap}
.wide th:first-child,.wide td:first-child{position:sticky;left:0;background:var(--surface)}
.best{font-weight:680}
.better{color:var(--good)}
.worse{color:var(--bad)}
tr.minor td.better{color:var(--good)}
tr.minor td.worse{color:var(--bad)}
details>summary{cursor:pointer;color:var(--accent);font-size:var(--small);padding:6px 0}
details[open]>summary{margin-bottom:6px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:24px 32px}
.chart{display:grid;grid-template-columns:minmax(0,1fr);gap:8px;align-content:start;break-inside:avoid}
@supports (grid-template-rows:subgrid){.charts>.chart{grid-row:span 5;grid-template-rows:subgrid;row-gap:8px}}
.legend{margin-bottom:4px;align-content:start;display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;font-size:var(--small)}
.legend li{display:flex;align-items:center;gap:8px}
.legend svg{flex:none;width:28px;height:10px}
.plot{display:grid;padding-right:16px;grid-template-columns:auto minmax(0,1fr);font-size:0.75rem;color:var(--ink-quiet)}
.plot .y{position:relative;height:220px;min-width:2.75rem}
.plot .y span{position:absolute;right:8px;transform:translateY(-50%);white-space:nowrap}
.plot .area{height:220px;padding:0}
.plot .area svg{display:block;width:100%;height:100%;overflow:visible}
.plot .x{grid-column:2;position:relative;height:1.5rem}
.plot .x span{position:absolute;top:4px;transform:translateX(-50%);white-space:nowrap}
.plot .x-name{grid-column:2;text-align:right}
.l0{--series:var(--accent)}.l1{--series:var(--good)}.l2{--series:var(--warn)}.l3{--series:var(--bad)}
.l4{--series:var(--ink)}.l5{--series:var(--ink-quiet)}
.series{fill:none;stroke:var(--series);stroke-width:2;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.dots{fill:none;stroke:var(--series);stroke-width:6;stroke-linecap:round;vector-effect:non-scaling-stroke}
.band{fill:var(--series);opacity:0.16}
.grid-line{fill:none;stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}
.bar{display:flex;gap:2px;height:24px}
.bar span{min-width:2px;border-radius:2px}
.key{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:8px;vertical-align:-1px}
.s0{background:var(--accent)}.s1{background:var(--ink)}
.s2{background:repeating-linear-gradient(-45deg,var(--line-strong) 0 3px,transparent 3px 7px);outline:1px solid var(--line-strong);outline-offset:-1px}
.s3{background:var(--good)}.s4{background:var(--warn)}.s5{background:var(--bad)}
.s0,.s1,.s2,.s3,.s4,.s5,.meter span{print-color-adjust:exact}
.badge{display:inline-grid;place-items:center;min-width:1.375rem;height:1.375rem;padding:0 4px;border-radius:4px;font-weight:660;font-size:0.75rem;line-height:1}
${groups}
.strip{width:auto;border-collapse:separate;border-spacing:2px}
.strip th,.strip td{border:0;padding:0}
.strip thead th:first-child{text-align:left}
.strip thead th{font-size:0.75rem;text-align:center;padding:0 0 2px}
.strip tbody th{font-weight:400;white-space:nowrap;padding-right:12px;position:sticky;left:0;background:var(--surface);z-index:1}
.strip td{min-width:20px;height:20px;border-radius:2px;text-align:center;vertical-align:middle;font-size:0.6875rem;font-weight:660;line-height:20px}
.strip td.none{background:var(--sunken);color:var(--ink-quiet)}
.strip .domain th{font-weight:620;padding:8px 0 2px}
.sample-rows{display:grid;gap:24px}
.samples{display:grid;gap:12px;break-inside:avoid}
.samples h3{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:16px}
.pictures figure{display:grid;gap:4px;align-content:start}
.pictures img{display:block;width:100%;max-width:640px;height:auto;background:#000;border-radius:4px}
.pictures figcaption{font-size:var(--small);color:var(--ink-quiet)}
.settings{columns:320px;column-gap:32px}
.settings-group{break-inside:avoid;margin-bottom:20px}
.settings-group h3{margin-bottom:4px}
.settings-group td{overflow-wrap:anywhere}
.settings-group td:first-child{width:45%;color:var(--ink-quiet)}
.coverage{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:24px}
.meter{display:block;height:10px;min-width:80px;background:var(--sunken);border-radius:2px;overflow:hidden}
.meter span{display:block;height:100%;background:var(--accent)}
.notes{padding-left:1.25rem;display:grid;gap:6px}
footer{font-size:var(--small);color:var(--ink-quiet)}
@media (max-width:600px){main{padding:20px 12px 40px;gap:16px}.panel{padding:16px 14px}.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}
.tile .figure{font-size:1.375rem}th,td{padding:6px 8px}}
@media print{:root{color-scheme:light;--paper:#fff}main{max-width:none;padding:0}.panel,.tile{break-inside:auto;border-color:#ccc}
nav{display:none}.scroll{overflow:visible}.strip tbody th,.wide th:first-child,.wide td:first-child{position:static}
tr,.chart,.samples,.tile{break-inside:avoid}details::details-content{content-visibility:visible;height:auto}summary,.chart details{display:none}
table{font-size:0.6875rem}th,td{padding:4px 5px}.pictures{grid-template-columns:repeat(3,minmax(0,1fr));gap:8px}}`;
