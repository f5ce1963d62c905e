// The map of people: drawn by Cytoscape from the JSON in the page, moved by mouse, finger and keys. The list under it
// says the same, so a page without scripts lacks nothing but the picture.
const box = document.getElementById('people-map');
const stage = box?.querySelector('[data-stage]');
const data = box && JSON.parse(document.getElementById('people-map-data').textContent);
const SIZES = [44, 40, 52, 68];
const SHAPES = { for: 'ellipse', neutral: 'round-rectangle', against: 'diamond', unknown: 'ellipse' };
const narrow = matchMedia('(max-width: 720px)');
let cy = null;
let chosen = null;
let before = null;

const token = name => getComputedStyle(document.documentElement).getPropertyValue(`--mp-${name}`).trim();

// The ring in thirds for access and the initials: what Cytoscape's own shapes have no word for.
const badge = person => {
  const size = sizeOf(person) + 16;
  const r = size / 2 - 1.5;
  const third = n => {
    const [from, to] = [n * 120 - 84, n * 120 + 24].map(degrees => degrees * Math.PI / 180);
    const at = angle => `${size / 2 + r * Math.cos(angle)} ${size / 2 + r * Math.sin(angle)}`;
    return `<path d="M${at(from)}A${r} ${r} 0 0 1 ${at(to)}" fill="none" stroke="${token('ink-2')}" stroke-width="1.75"/>`;
  };
  const ring = [0, 1, 2].slice(0, person.level).map(third).join('');
  const glyph = `<text x="50%" y="50%" dy=".36em" text-anchor="middle" font-family="system-ui, sans-serif" font-weight="640" font-size="13" fill="${token('ink')}">${escape(person.initials)}</text>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">${ring}${glyph}</svg>`)}`;
};
const escape = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
const sizeOf = person => SIZES[person.weight] + (person.side === 'against' ? 10 : 0);

const ink = { for: ['won-soft', 'won'], neutral: ['sunken', 'line-strong'], against: ['lost-soft', 'lost'], unknown: ['surface', 'line-strong'] };
const look = () => [
  { selector: 'node', style: {
    width: 'data(size)', height: 'data(size)', shape: 'data(shape)', label: 'data(label)',
    'background-image': 'data(badge)', 'background-fit': 'none', 'background-clip': 'none',
    'background-width': 'data(badgeSize)', 'background-height': 'data(badgeSize)', 'background-image-containment': 'over',
    'bounds-expansion': 10, 'border-width': 2,
    color: token('ink'), 'font-family': 'Inter Variable, system-ui, sans-serif', 'font-size': 12, 'font-weight': 500,
    'text-valign': 'bottom', 'text-margin-y': 10, 'text-wrap': 'wrap', 'text-max-width': 136, 'line-height': 1.25,
    'text-background-color': token('surface'), 'text-background-opacity': .9, 'text-background-padding': 2,
    'min-zoomed-font-size': 6, 'overlay-opacity': 0 } },
  ...Object.entries(ink).map(([side, [ground, line]]) => ({ selector: `node[side = "${side}"]`, style: {
    'background-color': token(ground), 'border-color': token(line), 'border-style': side === 'unknown' ? 'dashed' : 'solid' } })),
  { selector: 'node.chosen', style: { 'outline-width': 3, 'outline-color': token('now'), 'outline-offset': 9 } },
  { selector: 'edge', style: { width: 1.5, 'line-color': token('line-2'), 'overlay-opacity': 0, label: 'data(words)',
    color: token('ink-2'), 'font-family': 'Inter Variable, system-ui, sans-serif', 'font-size': 11,
    'text-background-color': token('surface'), 'text-background-opacity': 1, 'text-background-padding': 3, 'min-zoomed-font-size': 7 } },
  { selector: 'edge[kind = "reports"]', style: { 'curve-style': 'taxi', 'taxi-direction': 'downward', 'taxi-turn': 74 } },
  { selector: 'edge[kind = "sways"]', style: { 'curve-style': 'unbundled-bezier', 'control-point-distances': 40, 'line-color': token('ink-3'),
    'target-arrow-shape': 'triangle', 'target-arrow-color': token('ink-3'), 'arrow-scale': .9 } },
  { selector: 'edge[kind = "conflict"]', style: { 'curve-style': 'unbundled-bezier', 'control-point-distances': -40, 'line-color': token('lost'),
    'line-style': 'dashed', 'line-dash-pattern': [2, 4], width: 2, color: token('lost') } },
];

const elements = () => [
  ...data.people.map(person => ({ data: {
    ...person, id: `p${person.id}`, pk: person.id, size: sizeOf(person), shape: SHAPES[person.side],
    badge: badge(person), badgeSize: sizeOf(person) + 16, label: `${person.name}\n${person.sub}` },
  position: { x: person.at[0], y: person.at[1] } })),
  ...data.lines.map((line, n) => ({ data: { id: `l${n}`, source: `p${line.from}`, target: `p${line.to}`, kind: line.kind, words: line.words } })),
];

const draw = async () => {
  if (cy) return;
  const { default: cytoscape } = await import(box.dataset.library);
  cy = cytoscape({
    container: stage, elements: elements(), style: look(), layout: { name: 'preset' }, minZoom: .08, maxZoom: 2.5,
    userZoomingEnabled: matchMedia('(pointer: coarse)').matches, boxSelectionEnabled: false, autoungrabify: !data.save,
    pixelRatio: 'auto', textureOnViewport: data.people.length > 120, hideEdgesOnViewport: false,
  });
  window.peopleMap = cy;
  begin();
  cy.on('tap', 'node', event => choose(event.target));
  cy.on('dragfree', 'node', event => keep([event.target]));
  box.dataset.ready = '';
};
const fit = () => {
  cy.resize();
  cy.fit(undefined, 28);
  if (cy.zoom() > 1.15) { cy.zoom(1.15); cy.center(); }
};
// All of a large map is nobody's face: begin with who stands on top, readable.
const begin = () => {
  fit();
  const least = narrow.matches ? .6 : .42;
  if (cy.zoom() >= least) return;
  const top = cy.nodes().min(node => node.position('y')).ele.position();
  cy.viewport({ zoom: least, pan: { x: cy.width() / 2 - top.x * least, y: 56 - top.y * least } });
};
const zoom = by => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: stage.clientWidth / 2, y: stage.clientHeight / 2 } });

const say = text => { box.querySelector('[data-says]').textContent = text; };
const choose = (node, { show = true } = {}) => {
  chosen?.removeClass('chosen');
  chosen = node;
  node.addClass('chosen');
  say(node.data('says'));
  if (show && !narrow.matches) htmx.ajax('GET', `${node.data('url')}?part=card`, { target: '#person-card', swap: 'innerHTML' });
  else if (show) location.assign(node.data('url'));
};

// Places are kept as they are chosen. Who is second is shown the places of the first: nobody's is lost unseen.
const keep = async nodes => {
  if (!data.save || !nodes.length) return;
  const moved = Object.fromEntries(nodes.map(node => [node.data('pk'), [Math.round(node.position('x')), Math.round(node.position('y'))]]));
  let answer;
  try {
    answer = await fetch(data.save, { method: 'POST', body: JSON.stringify({ version: data.version, moved }),
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': document.querySelector('meta[name="csrf-token"]').content } });
  } catch { answer = null; }
  if (answer?.ok) {
    data.version = (await answer.json()).version;
    note('');
  } else if (answer?.status === 409) {
    const theirs = await answer.json();
    data.version = theirs.version;
    Object.entries(theirs.places).forEach(([pk, [x, y]]) => cy.getElementById(`p${pk}`).position({ x, y }));
    note(data.words.moved);
  } else note(data.words.failed);
};
const note = text => { const told = box.querySelector('[data-note]'); told.textContent = text; told.hidden = !text; };
const arrangeAs = places => {
  before = before ? null : Object.fromEntries(cy.nodes().map(node => [node.id(), { ...node.position() }]));
  cy.nodes().positions(places);
  fit();
  box.querySelector('[data-do="undo"]').hidden = !before;
  keep(cy.nodes().toArray());
};

const deeds = {
  in: () => zoom(1.25), out: () => zoom(.8), fit, print: () => print(),
  tidy: () => { before = null; arrangeAs(node => ({ x: node.data('tidy')[0], y: node.data('tidy')[1] })); },
  undo: () => { const places = before; arrangeAs(node => places[node.id()]); },
  show: async () => { box.dataset.open = ''; await draw(); begin(); stage.focus(); },
};
// The nearest person in the direction of an arrow key.
const nearest = (way, from) => cy.nodes().filter(node => node !== from && towards(way, from, node) > 0)
  .min(node => { const [along, across] = offset(way, from, node); return along + 2.5 * across; }).ele;
const offset = (way, from, node) => {
  const [dx, dy] = [node.position('x') - from.position('x'), node.position('y') - from.position('y')];
  const along = { ArrowRight: dx, ArrowLeft: -dx, ArrowDown: dy, ArrowUp: -dy }[way];
  return [along, Math.abs(way === 'ArrowLeft' || way === 'ArrowRight' ? dy : dx)];
};
const towards = (way, from, node) => { const [along, across] = offset(way, from, node); return along > 1 && across < 3 * along ? along : 0; };
let lastMove;
const keys = event => {
  const way = event.key.startsWith('Arrow') ? event.key : '';
  const deed = { '+': deeds.in, '=': deeds.in, '-': deeds.out, 0: deeds.fit }[event.key];
  if (!cy || event.ctrlKey || event.metaKey || !(way || deed || event.key === 'Enter')) return;
  event.preventDefault();
  if (deed) return deed();
  if (event.key === 'Enter') return chosen && choose(chosen);
  if (event.altKey && chosen && data.save) {
    const [x, y] = { ArrowRight: [20, 0], ArrowLeft: [-20, 0], ArrowDown: [0, 20], ArrowUp: [0, -20] }[way];
    chosen.shift({ x, y });
    clearTimeout(lastMove);
    const node = chosen;
    lastMove = setTimeout(() => keep([node]), 500);
    return undefined;
  }
  const next = chosen ? nearest(way, chosen) : cy.nodes()[0];
  if (next?.length) { choose(next, { show: false }); inSight(next); }
  return undefined;
};
const inSight = node => {
  const { x1, y1, x2, y2 } = cy.extent();
  const { x, y } = node.position();
  if (x < x1 || x > x2 || y < y1 || y > y2) cy.center(node);
};

if (box && data.people.length) {
  box.addEventListener('click', event => deeds[event.target.closest('[data-do]')?.dataset.do]?.());
  stage.addEventListener('keydown', keys);
  // The wheel scrolls the page unless the map has the focus or Ctrl is held.
  stage.addEventListener('wheel', event => {
    if (!cy || !(event.ctrlKey || stage.contains(document.activeElement))) return;
    event.preventDefault();
    const { left, top } = stage.getBoundingClientRect();
    cy.zoom({ level: cy.zoom() * (event.deltaY < 0 ? 1.12 : 1 / 1.12), renderedPosition: { x: event.clientX - left, y: event.clientY - top } });
  }, { passive: false });
  stage.addEventListener('pointerdown', () => stage.focus({ preventScroll: true }));
  const redress = () => { if (cy) { cy.style(look()); cy.nodes().forEach((node, n) => node.data('badge', badge(data.people[n]))); } };
  new MutationObserver(redress).observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => setTimeout(redress));
  addEventListener('resize', () => cy?.resize());
  // Paper has only light, and a canvas the size of the window: the whole map is printed as a picture.
  addEventListener('beforeprint', () => {
    if (!cy) return;
    const theme = document.documentElement.dataset.bsTheme;
    document.documentElement.dataset.bsTheme = 'light';
    redress();
    box.querySelector('[data-paper]').src = cy.png({ full: true, scale: 2, maxWidth: 4000, maxHeight: 4000 });
    document.documentElement.dataset.bsTheme = theme ?? '';
    if (theme === undefined) delete document.documentElement.dataset.bsTheme;
    redress();
  });
  if (!narrow.matches) draw();
}
