// What the library draws: figures over time, a flow from one level to another, chances against what happened.
const DAY = 86400000, MONTHS = 100 * DAY;
const language = { en: 'en-GB' }[document.documentElement.lang] ?? document.documentElement.lang; // 24 Nov, as everywhere
const KINDS = { time, flow, chances };

export function plot(init, host, spec, token) {
  const kind = KINDS[spec.kind];
  host.style.height = `${kind.height(spec, host.clientWidth)}px`;
  const chart = init(host, null, { renderer: 'svg' });
  const draw = () => {
    const option = kind(spec, token, host.clientWidth);
    const font = getComputedStyle(document.body).fontFamily;
    chart.setOption({ animation: false, useUTC: true, textStyle: { fontFamily: font, color: token('ink-2') }, ...option }, true);
  };
  draw();
  host.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  new ResizeObserver(() => { host.style.height = `${kind.height(spec, host.clientWidth)}px`; chart.resize(); draw(); }).observe(host);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ['data-bs-theme'] });
  // On paper there is only light: colours are read anew before and after.
  matchMedia('print').addEventListener('change', draw);
  return () => spec.tips.map(([x, y, text, href]) => {
    const [left, top] = chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [x, y]);
    return { x: left, y: top, text, href };
  });
}

const axisText = token => ({ color: token('ink-3'), fontSize: 11 });
const named = ticks => value => ticks.find(([at]) => Math.abs(at - value) <= Math.abs(at) * 1e-9 + 1e-9)?.[1] ?? '';

function amounts(ticks, token) {
  const [low, high] = [ticks[0][0], ticks.at(-1)[0]];
  return { type: 'value', min: low, max: high, interval: ticks[1][0] - low, axisLabel: { ...axisText(token), formatter: named(ticks) }, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: token('line') } } };
}

function time(spec, token, width) {
  const long = spec.to - spec.from > MONTHS;
  const day = new Intl.DateTimeFormat(language, long ? { month: 'short', year: 'numeric', timeZone: 'UTC' } : { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const days = long ? firsts(spec, width / 96) : weeks(spec, width / 64);
  const colour = { model: token('now'), won: token('won'), ahead: token('won'), said: token('ink'), adjusted: token('gate'), lost: token('lost'), late: token('late'), date: token('late') };
  const line = { type: 'line', symbol: 'none', silent: true, clip: false };
  const series = [];
  for (const [band, fill] of [[spec.ahead, colour.won], [spec.band, colour.model]]) {
    if (!band.length) continue;
    const renderItem = (params, api) => ({
      type: 'polygon',
      shape: { points: [...band.map(([x, low]) => api.coord([x, low])), ...band.map(([x, , high]) => api.coord([x, high])).reverse()] },
      style: { fill, opacity: .15 },
    });
    series.push({ type: 'custom', silent: true, renderItem, data: [band[0].slice(0, 2)] });
  }
  if (spec.level !== null) series.push({ ...line, data: [[spec.from, spec.level], [spec.to, spec.level]], lineStyle: { color: token('ink-2'), width: 1.25, type: [3, 3] } });
  if (spec.today) series.push({ ...line, data: [[spec.today, spec.ticks[0][0]], [spec.today, spec.ticks.at(-1)[0]]], lineStyle: { color: token('line-strong'), width: 1 } });
  for (const each of spec.lines) {
    const hollow = each.kind === 'adjusted';
    series.push({ ...line, data: each.points, step: each.stepped ? 'end' : false, lineStyle: { color: colour[each.kind], width: 2, type: hollow ? [5, 3] : each.kind === 'ahead' ? [2, 3] : 'solid' }, symbol: each.dotted || each.points.length === 1 ? 'circle' : 'none', symbolSize: 8, itemStyle: { color: hollow ? token('surface') : colour[each.kind], borderColor: colour[each.kind], borderWidth: hollow ? 2 : 0 } });
  }
  const shape = { won: 'circle', lost: 'path://M0 0L10 10M10 0L0 10', date: 'triangle', said: 'diamond' };
  series.push({ type: 'scatter', silent: true, z: 5, data: spec.marks.map(([x, y, kind]) => ({ value: [x, y], symbol: shape[kind], symbolSize: kind === 'said' ? 11 : 9, itemStyle: { opacity: 1, color: kind === 'lost' ? 'none' : colour[kind], borderColor: kind === 'lost' ? colour.lost : token('surface'), borderWidth: kind === 'lost' ? 2 : 1.5 } })) });
  return {
    grid: { left: 2, right: 12, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { type: 'time', min: spec.from, max: spec.to, axisLabel: { ...axisText(token), customValues: days, formatter: value => day.format(value) }, axisLine: { lineStyle: { color: token('line-2') } }, axisTick: { customValues: days, lineStyle: { color: token('line-2') } }, splitLine: { show: false } },
    yAxis: amounts(spec.ticks, token),
    series,
  };
}
// Named days: every week or so from the first, or the first days of months.
function weeks({ from, to }, most) {
  const step = [1, 2, 7, 14, 28].find(n => (to - from) / DAY / n < most) ?? 28;
  return Array.from({ length: Math.floor((to - from) / DAY / step) + 1 }, (_, n) => from + n * step * DAY);
}

function firsts({ from, to }, most) {
  const all = [], at = new Date(from);
  for (at.setUTCDate(1), at.setUTCMonth(at.getUTCMonth() + (at < from ? 1 : 0)); at <= to; at.setUTCMonth(at.getUTCMonth() + 1)) all.push(+at);
  return all.filter((_, n) => n % Math.ceil(all.length / most) === 0);
}

time.height = (spec, width) => Math.max(200, Math.min(280, width * .42));

// Levels are lines, changes are bars: no bar stands on the axis, so it may be cut. What went badly is hatched.
const ROW = 26;
function flow(spec, token, width) {
  const colour = { up: token('now'), won: token('won'), down: token('line-strong'), level: token('ink-2'), bad: token('lost') };
  const { bars } = spec;
  const ends = bars.flatMap(bar => [bar.from, bar.to]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const right = width < 480 ? 84 : 96, left = width < 480 ? 104 : 132;
  const renderItem = (params, api) => {
    const bar = bars[params.dataIndex];
    const [a, y] = api.coord([bar.from, params.dataIndex]), [b] = api.coord([bar.to, params.dataIndex]);
    if (bar.kind === 'level') return { type: 'line', shape: { x1: b, x2: b, y1: y - 11, y2: y + 11 }, style: { stroke: colour.level, lineWidth: 2 } };
    const shape = { x: Math.min(a, b), y: y - 8, width: Math.max(2, Math.abs(b - a)), height: 16, r: 1.5 };
    const rect = { type: 'rect', shape, style: { fill: colour[bar.kind] } };
    const [next] = api.coord([bar.to, params.dataIndex + 1]);
    const thread = { type: 'line', shape: { x1: next, x2: next, y1: y + 8, y2: y + ROW - 8 }, style: { stroke: token('line-2'), lineWidth: 1 } };
    if (bar.kind !== 'bad') return { type: 'group', children: [rect, thread] };
    rect.style = { fill: token('surface'), stroke: colour.bad, lineWidth: 1 };
    return { type: 'group', children: [rect, ...hatches(shape, colour.bad), thread] };
  };
  return {
    grid: { left, right, top: 2, bottom: 2 },
    xAxis: { type: 'value', min: low, max: high === low ? low + 1 : high, show: false },
    yAxis: [
      { type: 'category', inverse: true, data: bars.map(bar => bar.name), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { align: 'left', margin: left - 2, color: token('ink-2'), fontSize: 12, width: left - 8, overflow: 'truncate', interval: 0 } },
      { type: 'category', inverse: true, position: 'right', data: bars.map((bar, n) => `${n}`), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { align: 'right', margin: right - 2, color: token('ink'), fontSize: 12, interval: 0, formatter: n => (bars[n].kind === 'level' ? `{level|${bars[n].text}}` : bars[n].text), rich: { level: { fontWeight: 600, fontSize: 12, color: token('ink') } } } },
    ],
    series: [{ type: 'custom', silent: true, clip: false, renderItem, data: bars.map((bar, n) => [bar.to, n]), encode: { x: 0, y: 1 } }],
  };
}
flow.height = spec => ROW * spec.bars.length + 4;

// Slanting lines within a bar; they are drawn one by one, so that they are kept in a saved picture too.
function hatches({ x, y, width, height }, stroke) {
  const lines = [];
  for (let at = x - height; at < x + width; at += 5) {
    const from = Math.max(at, x), to = Math.min(at + height, x + width);
    if (to > from) lines.push({ type: 'line', shape: { x1: from, y1: y + height - (from - at), x2: to, y2: y + height - (to - at) }, style: { stroke, lineWidth: 1.75 } });
  }
  return lines;
}

function chances(spec, token) {
  const whole = [[0, '0\u202f%'], [.25, ''], [.5, '50\u202f%'], [.75, ''], [1, '100\u202f%']];
  const most = Math.max(1, ...spec.points.map(point => point[4]));
  const doubt = (params, api) => {
    const [x, , low, high] = spec.points[params.dataIndex];
    const [at, bottom] = api.coord([x, low]), [, top] = api.coord([x, high]);
    return { type: 'line', shape: { x1: at, x2: at, y1: bottom, y2: top }, style: { stroke: token('line-strong'), lineWidth: 1.25 } };
  };
  const axis = amounts(whole, token);
  const name = { nameTextStyle: { color: token('ink-2'), fontSize: 12 } };
  return {
    grid: { left: 4, right: 24, top: 26, bottom: 24, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { ...axis, ...name, name: spec.across, nameLocation: 'middle', nameGap: 24, axisLine: { show: true, lineStyle: { color: token('line-2') } }, splitLine: { show: false } },
    yAxis: { ...axis, ...name, name: spec.up, nameGap: 12, nameTextStyle: { ...name.nameTextStyle, align: 'left' } },
    series: [
      { type: 'line', silent: true, symbol: 'none', data: [[0, 0], [1, 1]], lineStyle: { color: token('ink-2'), width: 1, type: [3, 3] } },
      { type: 'custom', silent: true, renderItem: doubt, data: spec.points.map(point => point.slice(0, 2)), encode: { x: 0, y: 1 } },
      { type: 'scatter', silent: true, data: spec.points.map(([x, y, , , n]) => ({ value: [x, y], symbolSize: 5 + 12 * Math.sqrt(n / most) })), itemStyle: { opacity: 1, color: token('now'), borderColor: token('surface'), borderWidth: 1.5 } },
    ],
  };
}
chances.height = (spec, width) => Math.min(320, width * .9);
