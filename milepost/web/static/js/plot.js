// What the library draws: figures over time, with ranges, lines, a level to reach and marks.
const DAY = 86400000, MONTHS = 100 * DAY;
const language = { en: 'en-GB' }[document.documentElement.lang] ?? document.documentElement.lang; // 24 Nov, as everywhere
const KINDS = { time };

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
  const colour = { model: token('now'), won: token('won'), ahead: token('won'), said: token('ink'), adjusted: token('gate'), lost: token('lost'), late: token('late'), date: token('late'), learnt: token('ink-2') };
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
  const shape = { won: 'circle', lost: 'path://M0 0L10 10M10 0L0 10', date: 'triangle', said: 'diamond', learnt: 'rect' };
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
