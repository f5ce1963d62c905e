// A figure.chart shows its values under the pointer and by the arrow keys, and is saved as it looks.
// What has data-plot is drawn by the library, the rest came drawn with its values in data-tip.
const token = name => getComputedStyle(document.documentElement).getPropertyValue(`--mp-${name}`).trim();

async function start(figure) {
  figure.dataset.ready = '';
  const pic = figure.querySelector('.chart-pic');
  let points = () => drawnPoints(pic);
  if (figure.dataset.plot) {
    const [{ init }, { plot }] = await Promise.all([import(figure.dataset.library), import(figure.dataset.plotter)]);
    const host = document.createElement('div');
    host.className = 'chart-host';
    pic.prepend(host);
    points = plot(init, host, JSON.parse(figure.dataset.plot), token);
  }
  read(pic, points);
  const save = figure.querySelector('.chart-save');
  save.hidden = false;
  save.addEventListener('click', event => {
    const kind = event.target.closest('[data-save]')?.dataset.save;
    if (!kind) return;
    save.open = false;
    save.querySelector('summary').focus();
    keep(figure, kind);
  });
}

function drawnPoints(pic) {
  const box = pic.getBoundingClientRect();
  // A chart may be drawn for wide and for narrow pages: only one of them is seen.
  return [...pic.querySelectorAll('[data-tip]')].filter(element => element.getClientRects().length).map(element => {
    const at = element.getBoundingClientRect();
    return { x: at.x + at.width / 2 - box.x, y: at.y + at.height / 2 - box.y, text: element.dataset.tip, href: element.dataset.href };
  });
}

// One value at a time: the one nearest to the pointer, or the next one by key.
function read(pic, points) {
  const tip = pic.querySelector('.chart-tip'), at = pic.querySelector('.chart-at');
  let now = -1, pressed = false;
  const hide = () => { tip.hidden = at.hidden = true; now = -1; };
  const show = (list, index) => {
    now = index;
    const { x, y, text } = list[index];
    const [head, ...lines] = text.split('\n');
    tip.replaceChildren(Object.assign(document.createElement('b'), { textContent: head }), ...lines.map(line => Object.assign(document.createElement('div'), { textContent: line })));
    tip.hidden = at.hidden = false;
    at.style.left = `${x}px`;
    at.style.top = `${y}px`;
    const room = pic.clientWidth - tip.offsetWidth;
    const side = x + 14 + tip.offsetWidth > pic.clientWidth ? x - 14 - tip.offsetWidth : x + 14;
    tip.style.left = `${Math.max(0, Math.min(side, room))}px`;
    tip.style.top = `${Math.max(0, y - tip.offsetHeight - 10)}px`;
  };
  const nearest = event => {
    const box = pic.getBoundingClientRect(), list = points();
    const [x, y] = [event.clientX - box.x, event.clientY - box.y];
    const weight = { time: [1, .02], flow: [.001, 1] }[pic.dataset.kind] ?? [1, 1];
    const far = list.map(each => Math.hypot((each.x - x) * weight[0], (each.y - y) * weight[1]));
    return [list, far.indexOf(Math.min(...far))];
  };
  pic.addEventListener('pointermove', event => { const [list, index] = nearest(event); if (index >= 0) show(list, index); });
  pic.addEventListener('pointerdown', event => { pressed = true; const [list, index] = nearest(event); if (index >= 0) show(list, index); });
  pic.addEventListener('pointerleave', hide);
  pic.addEventListener('blur', hide);
  // Tabbed to, it begins to speak with the last value; pressed, with what is under the pointer.
  pic.addEventListener('focus', () => { if (!pressed) { const list = points(); if (list.length) show(list, list.length - 1); } pressed = false; });
  pic.addEventListener('click', event => { const [list, index] = nearest(event); if (list[index]?.href && event.target.closest('svg')) location.assign(list[index].href); });
  pic.addEventListener('keydown', event => {
    const list = points(), last = list.length - 1;
    const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: last }[event.key];
    if (event.key === 'Escape') hide();
    else if (event.key === 'Enter' && list[now]?.href) location.assign(list[now].href);
    else if (to !== undefined && last >= 0) { event.preventDefault(); show(list, Math.max(0, Math.min(last, to))); }
  });
}

async function keep(figure, kind) {
  const name = `${figure.dataset.name}.${kind}`;
  if (kind === 'csv') return give(new Blob(['\ufeff', table(JSON.parse(figure.dataset.figures))], { type: 'text/csv' }), name);
  if (kind === 'xlsx') return give(await sheet(figure), name);
  const { text, width, height } = await picture(figure);
  if (kind === 'svg') return give(new Blob([text], { type: 'image/svg+xml' }), name);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: width * 2, height: height * 2 });
  canvas.getContext('2d').drawImage(image, 0, 0, width * 2, height * 2);
  canvas.toBlob(blob => give(blob, name), 'image/png');
}

async function sheet(figure) {
  const headers = { 'X-CSRFToken': document.querySelector('meta[name="csrf-token"]').content };
  const answer = await fetch(figure.dataset.sheet, { method: 'POST', headers, body: new URLSearchParams({ figures: figure.dataset.figures }) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.blob();
}

const table = rows => rows.map(row => row.map(value => {
  const text = String(value ?? '');
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}).join(',')).join('\r\n') + '\r\n';

function give(blob, name) {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// A picture that needs nothing else: colours written out, the font within, title, keys, whose it is and of which day.
const COPIED = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'opacity', 'font-family', 'font-size', 'font-weight', 'font-feature-settings'];
const escaped = text => new Option(text).innerHTML;

async function picture(figure) {
  const source = figure.querySelector('.chart-pic svg');
  const box = source.viewBox.baseVal?.width ? source.viewBox.baseVal : { x: 0, y: 0, width: source.clientWidth, height: source.clientHeight };
  const copy = source.cloneNode(true);
  const theirs = source.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, n) => {
    const look = getComputedStyle(theirs[n]);
    COPIED.forEach(name => element.style.setProperty(name, look.getPropertyValue(name)));
  });
  copy.removeAttribute('class');
  const measured = document.createElement('canvas').getContext('2d');
  measured.font = '600 15px "Inter Variable"';
  const pad = 16, width = Math.ceil(Math.max(box.width, measured.measureText(figure.dataset.title).width)) + 2 * pad, top = 48;
  copy.setAttribute('viewBox', `${box.x} ${box.y} ${box.width} ${box.height}`);
  Object.entries({ x: pad, y: top, width: box.width, height: box.height, overflow: 'visible' }).forEach(([name, value]) => copy.setAttribute(name, value));
  copy.removeAttribute('style');
  const keys = drawKeys(figure, pad, top + box.height + 22, width - pad);
  const height = Math.round(top + box.height + keys.height + 34);
  const font = await fontText(figure.dataset.font);
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="'Inter Variable', sans-serif">`
    + `<style>@font-face{font-family:"Inter Variable";font-weight:100 900;src:url(${font}) format("woff2")}</style>`
    + `<rect width="100%" height="100%" fill="${token('surface')}"/><text x="${pad}" y="28" font-size="15" font-weight="600" fill="${token('ink')}">${escaped(figure.dataset.title)}</text>`
    + new XMLSerializer().serializeToString(copy) + keys.text
    + `<text x="${pad}" y="${height - 12}" font-size="11" fill="${token('ink-3')}">${escaped(figure.dataset.when)}</text></svg>`;
  return { text, width, height };
}

// How a key's mark is drawn in a kept picture: its path, whether it is filled or drawn as a line, and its colour.
const MARKS = {
  won: ['M4 -8a4 4 0 1 0 .01 0z', true, 'won'], lost: ['M0 -8l8 8m0 -8l-8 8', false, 'lost'], date: ['M4 -9l5 9h-10z', true, 'late'], said: ['M4 -9l5 5l-5 5l-5 -5z', true, 'ink'],
  mid: ['M4 -8a4 4 0 1 0 .01 0z', true, 'now'], came: ['M4 -11v14', false, 'ink'], beyond: ['M2 -11h4v14h-4z', false, 'ink'], called: ['M4 -9l5 5l-5 5l-5 -5z', false, 'gate'],
};

// Each key as it stands under the chart: a mark, or a piece of line, and its name.
function drawKeys(figure, left, first, right) {
  let x = left, y = first, text = '';
  for (const key of figure.querySelectorAll('.key-line > span')) {
    const look = getComputedStyle(key, '::before'), wide = key.offsetWidth + 18;
    if (x > left && x + wide > right) { x = left; y += 18; }
    const mark = key.dataset.kind.match(/^mark-(.*)/)?.[1];
    const dash = { dashed: '5 3', dotted: '2 3' }[look.borderTopStyle] ?? 'none';
    const [path, filled, colour] = MARKS[mark] ?? [];
    const sign = mark
      ? `<path transform="translate(${x} ${y})" d="${path}" fill="${filled ? token(colour) : 'none'}" stroke="${filled ? 'none' : token(colour)}" stroke-width="2"/>`
      : `<path d="M${x} ${y - 4}h18" stroke="${look.borderTopColor}" stroke-width="${look.borderTopWidth}" stroke-dasharray="${dash}"/>`;
    text += `${sign}<text x="${x + (mark ? 14 : 24)}" y="${y}" font-size="12" fill="${token('ink-2')}">${escaped(key.textContent)}</text>`;
    x += wide;
  }
  return { text, height: text ? y - first + 26 : 0 };
}

async function fontText(address) {
  const blob = await (await fetch(address)).blob();
  return new Promise(done => { const reader = new FileReader(); reader.onload = () => done(reader.result); reader.readAsDataURL(blob); });
}

const startAll = () => document.querySelectorAll('figure.chart:not([data-ready])').forEach(start);
document.addEventListener('htmx:load', startAll);
startAll();
