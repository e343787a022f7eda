"""The one style sheet: readable at any width, in light and dark, on a screen and on paper."""

from __future__ import annotations

COLOURS = """
:root{--paper:#fdfdfb;--ink:#1d1f21;--quiet:#565d66;--rule:#d5d7da;--shade:#f1f2ef;
--accent:#0b5cad;--second:#a34700;--good:#176b34;--bad:#b3161b;--warn:#835b00;
color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--paper:#16181b;--ink:#e6e7e8;--quiet:#a4abb4;
--rule:#3a3f46;--shade:#212429;--accent:#7db8f5;--second:#f0a35e;--good:#7fd197;--bad:#ff8f8a;
--warn:#e4bd62}}
@media print{:root{--paper:#ffffff;--ink:#000000;--quiet:#444444;--rule:#bbbbbb;--shade:#f4f4f4;
--accent:#0b5cad;--second:#a34700;--good:#176b34;--bad:#b3161b;--warn:#835b00}}
"""

PICTURE = """
svg{display:block;max-width:100%;height:auto;font:13px system-ui,"DejaVu Sans",Arial,sans-serif}
svg text{fill:var(--ink);stroke:var(--paper);stroke-width:3px;stroke-linejoin:round;
paint-order:stroke}
svg text.quiet{fill:var(--quiet)}svg text.accent{fill:var(--accent)}
svg text.second{fill:var(--second)}svg text.good{fill:var(--good)}svg text.bad{fill:var(--bad)}
svg .shape{fill:none;stroke:var(--ink);stroke-width:1.3}
svg .shape.quiet{stroke:var(--quiet)}svg .shape.rule{stroke:var(--rule)}
svg .shape.accent{stroke:var(--accent);stroke-width:2}
svg .shape.second{stroke:var(--second);stroke-width:2}
svg .shape.good{stroke:var(--good);stroke-width:2}svg .shape.bad{stroke:var(--bad);stroke-width:2}
svg .filled{fill:var(--ink)}svg .filled.quiet{fill:var(--quiet)}
svg .filled.accent{fill:var(--accent)}svg .filled.second{fill:var(--second)}
svg .filled.good{fill:var(--good)}svg .filled.bad{fill:var(--bad)}
svg .paper{fill:var(--paper)}
"""

TEXT = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:1.0625rem/1.55 Georgia,"Times New Roman","DejaVu Serif",serif}
main,nav{max-width:54rem;margin:0 auto;padding:0 1.1rem}
main{padding-bottom:4rem}
nav{padding-top:.9rem;font-size:.95rem}
nav a{margin-right:1rem;display:inline-block}
h1,h2,h3{line-height:1.2;overflow-wrap:anywhere}
h1{font-size:1.9rem;margin:1.4rem 0 .6rem}
h2{font-size:1.35rem;margin:2.4rem 0 .6rem;padding-top:.5rem;border-top:1px solid var(--rule)}
h3{font-size:1.08rem;margin:1.7rem 0 .4rem}
h3:has(strong){font-weight:normal}
.kept{white-space:nowrap}
.rare{font-family:"DejaVu Serif","Cambria","STIX Two Text",serif;font-size:.94em}
p,ul,ol,dl{margin:.6rem 0}
li{margin:.2rem 0}
a{color:var(--accent);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,.wide:focus-visible{outline:3px solid var(--accent);
outline-offset:2px}
.skip{position:absolute;left:-99rem;background:var(--paper);padding:.5rem 1rem;z-index:1}
.skip:focus{left:0;top:0}
code,pre{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.86em}
code{background:var(--shade);border-radius:.2rem;padding:.05rem .25rem;overflow-wrap:anywhere;
box-decoration-break:clone;-webkit-box-decoration-break:clone}
pre{background:var(--shade);border-left:3px solid var(--rule);padding:.6rem .8rem;margin:.6rem 0;
overflow-x:auto;line-height:1.45;white-space:pre}
pre code{background:none;padding:0;overflow-wrap:normal}
.quiet{color:var(--quiet)}
.small{font-size:.9rem}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.verdict{font-weight:bold;white-space:nowrap}
.wide{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;margin:.8rem 0;font-size:.95rem;min-width:60%}
caption{text-align:left;color:var(--quiet);padding-bottom:.3rem;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;
border-bottom:1px solid var(--rule)}
th{font-weight:bold}
th code,td code{font-weight:normal;overflow-wrap:break-word}
thead th{border-bottom:2px solid var(--rule)}
details{margin:.4rem 0}
summary{cursor:pointer;color:var(--quiet);font-size:.92rem}
details[open]{border-left:2px solid var(--rule);padding-left:.8rem}
dl{display:grid;grid-template-columns:9.5rem 1fr;gap:.45rem 1rem;align-items:baseline}
dt{color:var(--quiet);font-size:.92rem}
dd{margin:0;min-width:0;overflow-x:auto;overflow-y:hidden}
figure{margin:1rem 0}
.picture{overflow-x:auto;display:flex;flex-wrap:wrap;gap:.5rem 1.5rem}
.picture svg{min-width:min(21rem,100%)}
figcaption{color:var(--quiet);font-size:.9rem}
math{font-family:"Page Mathematics","Latin Modern Math","STIX Two Math","Cambria Math",math;
font-size:1.08em}
dd math{math-style:normal}
math[display=block]{margin:.5rem 0;width:max-content}
.formula{overflow-x:auto;overflow-y:hidden;padding:.15rem 0}
@media (max-width:40rem){body{font-size:1rem}.verdict{white-space:normal}
td .verdict{display:inline-block;min-width:4.9em}th,td{padding-right:.35rem}
table{min-width:0;font-size:.86rem}dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:.5rem}.picture svg.large{max-width:none;flex:none}
h1{font-size:1.5rem}h2{font-size:1.2rem}
table:has(tbody th code):has(td:nth-child(4)) tr{display:grid;grid-template-columns:3fr 3fr 2fr}
table:has(tbody th code):has(td:nth-child(4)) th:first-child{grid-column:1/-1;border-bottom:0;
padding-bottom:0}}
@media print{body{font-size:10.5pt}main{max-width:none;padding:0}nav,.skip{display:none}
h2,h3{break-after:avoid}figure,tr,.formula{break-inside:avoid}a{color:inherit}
.wide,pre,.formula,dd,.picture{overflow:visible}
pre{white-space:pre-wrap}
details::details-content{content-visibility:visible}}
"""

STYLE = COLOURS + TEXT + PICTURE
