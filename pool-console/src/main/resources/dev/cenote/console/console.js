'use strict';

const byId = id => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';
const pools = [];
let selected = 0;
let paused = false;
let operationsAllowed = false;
let seconds = 300;

// --- words

const grouped = number => Math.round(number).toLocaleString('en');

function rate(number) {
  return number >= 1e6 ? (number / 1e6).toFixed(number >= 1e7 ? 1 : 2) + ' M' : grouped(number);
}

/** A time that is given in milliseconds. */
function time(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms === 0) return '0';
  if (ms < 1) return Math.max(1, Math.round(ms * 1000)) + ' µs';
  if (ms < 1000) return (ms < 10 ? ms.toFixed(1) : Math.round(ms)) + ' ms';
  if (ms < 60000) return (ms / 1000).toFixed(1) + ' s';
  if (ms < 3600000) return Math.floor(ms / 60000) + ' min ' + Math.floor(ms / 1000 % 60) + ' s';
  return Math.floor(ms / 3600000) + ' h ' + Math.floor(ms / 60000 % 60) + ' min';
}

const clock = t => new Date(t).toLocaleTimeString('en-GB');

// --- the page's elements: text is set as text, never as markup

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function drawn(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  parent.append(made);
  return made;
}

function row(cells, className) {
  const made = element('tr', undefined, className);
  cells.forEach(cell => made.append(cell));
  return made;
}

const cell = (text, className) => element('td', text, className);

function fill(body, rows, empty, columns) {
  if (rows.length === 0) {
    const only = cell(empty, 'empty');
    only.colSpan = columns;
    rows = [row([only])];
  }
  body.replaceChildren(...rows);
}

// --- charts

const CHARTS = {
  'c-rate': {kind: 'area', words: rate, series: [['leases/s', 'rate', '--leased']]},
  'c-objects': {kind: 'stack', words: grouped, top: 'maxSize', series: [
    ['leased', 'leased', '--leased'], ['idle', 'idle', '--idle'], ['creating', 'creating', '--creating'],
    ['validating', 'validating', '--validating'], ['retiring', 'retiring', '--retiring']]},
  'c-wait': {kind: 'line', log: true, words: time, series: [
    ['p50', 'p50', '--idle'], ['p90', 'p90', '--leased'], ['p99', 'p99', '--creating'], ['max', 'longest', '--bad']]},
  'c-queue': {kind: 'line', words: grouped, series: [['waiters', 'waiters', '--leased'], ['failed in the second', 'failed', '--bad']]}
};
const LEAST_WAIT = 0.001; // a microsecond: the lowest line of the logarithmic scale

function niceTop(value) {
  const power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1))));
  return [1, 2, 5, 10].map(step => step * power).find(step => step >= value);
}

function chart(id, pool) {
  const figure = byId(id), spec = CHARTS[id], samples = pool.history;
  if (!spec.svg) {
    spec.legend = element('span', undefined, 'legend');
    figure.querySelector('figcaption').append(spec.legend);
    spec.svg = drawn('svg', {role: 'img', 'aria-label': figure.textContent}, figure);
    spec.svg.addEventListener('pointermove', event => { spec.at = event.offsetX; chart(id, pools[selected]); });
    spec.svg.addEventListener('pointerleave', () => { spec.at = undefined; chart(id, pools[selected]); });
  }
  const svg = spec.svg, width = svg.clientWidth || 600, height = svg.clientHeight || 150, left = 48, bottom = height - 17;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.replaceChildren();
  const last = samples[samples.length - 1];
  if (!last) return;
  const end = last.t, start = Math.max(end - seconds * 1000, Math.min(samples[0].t, end - 30000));
  const x = t => left + (t - start) / (end - start) * (width - left - 6);
  const sum = sample => spec.series.reduce((total, [, key]) => total + (sample[key] || 0), 0);
  let top = samples.reduce((most, sample) => Math.max(most, spec.top ? sample[spec.top] : 0,
    spec.kind === 'stack' ? sum(sample) : Math.max(...spec.series.map(([, key]) => sample[key] || 0))), 0);
  let y;
  if (spec.log) {
    top = Math.pow(10, Math.ceil(Math.log10(Math.max(top, 1))));
    const decades = Math.log10(top / LEAST_WAIT);
    y = value => bottom - Math.log10(Math.max(value, LEAST_WAIT) / LEAST_WAIT) / decades * (bottom - 8);
    for (let line = LEAST_WAIT; line <= top * 1.01; line *= decades > 5 ? 100 : 10) grid(line);
  } else {
    top = spec.kind === 'stack' ? Math.max(top, 1) : niceTop(top);
    y = value => bottom - value / top * (bottom - 8);
    [0, top / 2, top].filter(Number.isInteger).forEach(grid);
  }
  function grid(value) {
    drawn('line', {x1: left, x2: width, y1: y(value), y2: y(value), stroke: 'var(--line)'}, svg);
    drawn('text', {x: left - 6, y: y(value) + 4, 'text-anchor': 'end'}, svg).textContent = spec.words(value);
  }
  const step = end - start > 150000 ? 60000 : end - start > 60000 ? 30000 : 10000;
  for (let t = Math.ceil(start / step) * step; t <= end; t += step) {
    drawn('text', {x: x(t), y: height - 3, 'text-anchor': 'middle'}, svg).textContent = step < 60000 ? clock(t) : clock(t).slice(0, 5);
  }
  const shown = samples.filter(sample => sample.t >= start);
  const below = shown.map(() => 0);
  for (const [, key, colour] of spec.series) {
    const upper = shown.map((sample, i) => sample[key] === null || sample[key] === undefined ? null
      : [x(sample.t), y(spec.kind === 'stack' ? below[i] + sample[key] : sample[key])]);
    const line = upper.reduce((path, point, i) => point === null ? path
      : path + (i === 0 || upper[i - 1] === null ? 'M' : 'L') + point[0].toFixed(1) + ' ' + point[1].toFixed(1), '');
    if (spec.kind !== 'line' && shown.length > 1) {
      const lower = shown.map((sample, i) => x(sample.t).toFixed(1) + ' ' + y(below[i]).toFixed(1)).reverse();
      drawn('path', {d: line + 'L' + lower.join('L') + 'Z', fill: `var(${colour})`, 'fill-opacity': spec.kind === 'stack' ? .85 : .2}, svg);
    }
    if (spec.kind !== 'stack') {
      drawn('path', {d: line, fill: 'none', stroke: `var(${colour})`, 'stroke-width': 1.8, 'stroke-linejoin': 'round', 'stroke-linecap': 'round'}, svg);
    }
    if (spec.kind === 'stack') shown.forEach((sample, i) => { below[i] += sample[key] || 0; });
  }
  if (spec.top) {
    drawn('line', {x1: left, x2: width, y1: y(last[spec.top]), y2: y(last[spec.top]), stroke: 'var(--dim)', 'stroke-dasharray': '4 3'}, svg);
  }
  let told = last;
  if (spec.at !== undefined && shown.length > 0) {
    told = shown.reduce((best, sample) => Math.abs(x(sample.t) - spec.at) < Math.abs(x(best.t) - spec.at) ? sample : best);
    drawn('line', {x1: x(told.t), x2: x(told.t), y1: 4, y2: bottom, stroke: 'var(--dim)'}, svg);
  }
  spec.legend.replaceChildren(...(told === last ? [] : [element('span', clock(told.t))]), ...spec.series.map(([name, key, colour]) => {
    const entry = element('span'), mark = element('i');
    mark.style.background = `var(${colour})`;
    entry.append(mark, name + ' ', element('b', told[key] === null || told[key] === undefined ? '–' : spec.words(told[key])));
    return entry;
  }));
}

// --- what is now

function show() {
  const pool = pools[selected];
  if (!pool || !pool.now) return;
  const now = pool.now, health = byId('health');
  health.className = now.state;
  byId('status').textContent = now.state;
  byId('reasons').replaceChildren(...(now.reasons.length ? now.reasons : ['nothing is wrong']).map(text => element('li', text)));
  byId('advice').textContent = now.advice ? 'size: ' + now.advice : '';
  document.title = (now.state === 'HEALTHY' ? '' : now.state + ' · ') + pool.name + ' · Cenote console';
  const last = pool.history[pool.history.length - 1];
  byId('t-rate').textContent = rate(last.rate);
  byId('t-total').textContent = rate(now.acquired) + ' so far';
  byId('t-leased').textContent = last.leased;
  byId('t-max').textContent = 'of ' + grouped(last.maxSize) + ', at most';
  byId('t-idle').textContent = last.idle;
  byId('t-own').textContent = last.validating || last.retiring ? last.validating + ' validating, ' + last.retiring + ' retiring' : 'minIdle ' + now.minIdle;
  byId('t-creating').textContent = last.creating;
  byId('t-created').textContent = grouped(now.created) + ' made so far';
  byId('t-waiters').textContent = last.waiters;
  byId('t-oldest').textContent = last.waiters ? 'the oldest for ' + time(now.oldestWait) : 'of ' + grouped(now.maxWaiters) + ', at most';
  byId('t-p99').textContent = time(now.minute.p99);
  byId('t-p50').textContent = 'p50 ' + time(now.minute.p50) + ', longest ' + time(now.minute.longest);
  byId('t-failed').textContent = grouped(now.timeouts + now.refused + now.failed);
  byId('t-failed').className = last.failed ? 'bad' : '';
  byId('t-why').textContent = `${grouped(now.timeouts)} timed out, ${grouped(now.refused)} refused`;
  for (const id in CHARTS) chart(id, pool);
  showSlots(now);
  byId('queue-note').textContent = last.waiters > now.queue.length ? 'the oldest ' + now.queue.length + ' of ' + grouped(last.waiters) : '';
  fill(byId('queue').tBodies[0], now.queue.map((waiter, i) =>
    row([cell(i + 1), cell(waiter.who), cell(time(waiter.waited), 'n'), cell(time(waiter.left), 'n')])), 'Nobody waits.', 4);
}

function showSlots(now) {
  byId('slots-note').textContent = now.moreSlots ? 'and ' + grouped(now.moreSlots) + ' more' : '';
  const inOrder = [...now.slots].sort((one, other) => one.slot - other.slot);
  byId('map').replaceChildren(...inOrder.map(slot => element('i', undefined, slot.state)),
    ...Array.from({length: Math.max(0, Math.min(now.maxSize, 200) - inOrder.length)}, () => element('i')));
  const focused = document.activeElement && document.activeElement.dataset.slot;
  fill(byId('slots').tBodies[0], now.slots.map(slot => {
    const state = cell(), holder = cell();
    state.append(element('span', slot.state.toLowerCase(), 'state ' + slot.state));
    if (slot.holder !== undefined) {
      const button = element('button', slot.holder);
      button.type = 'button';
      button.title = 'The holder’s stack now';
      button.dataset.slot = slot.slot;
      holder.append(button);
    }
    const made = row([cell(slot.slot), state, cell(slot.unchangedFor === 0 ? '< 1 s' : time(slot.unchangedFor), 'n'), holder, cell(grouped(slot.uses), 'n'), cell(time(slot.age), 'n')],
      slot.holder === undefined ? '' : 'holder');
    made.dataset.slot = slot.slot;
    return made;
  }), 'The pool has no object.', 6);
  if (focused) byId('slots').querySelector(`button[data-slot="${CSS.escape(focused)}"]`)?.focus();
}

function showEvents() {
  const pool = pools[selected];
  byId('events').replaceChildren(...pool.events.slice(-200).reverse().map(event => {
    const made = element('li');
    made.append(element('time', clock(event.t)), element('span', event.text, event.kind));
    return made;
  }));
  if (pool.events.length === 0) byId('events').append(element('li', 'Nothing has happened yet.', 'empty'));
}

function showSettings() {
  const pool = pools[selected];
  byId('settings').tBodies[0].replaceChildren(...pool.settings.map(setting =>
    row([cell(setting.name), cell(setting.value)], setting.changed ? 'changed' : '')));
  const form = document.querySelector('form[data-operation="resize"]');
  for (const name of ['maxSize', 'minIdle', 'maxWaiters']) form.elements[name].value = pool.now[name];
}

function choose(index) {
  selected = index;
  [...byId('pools').children].forEach((button, i) => button.setAttribute('aria-current', i === index));
  showSettings();
  showEvents();
  show();
}

// --- the stream

const source = new EventSource('events');
source.addEventListener('hello', message => {
  const hello = JSON.parse(message.data);
  seconds = hello.seconds;
  operationsAllowed = hello.operations;
  pools.splice(0, pools.length, ...hello.pools);
  byId('operations-off').hidden = operationsAllowed;
  byId('operations-on').hidden = !operationsAllowed;
  byId('pools').replaceChildren(...pools.map((pool, i) => {
    const button = element('button');
    button.type = 'button';
    button.append(element('span', undefined, 'dot'), pool.name);
    button.addEventListener('click', () => choose(i));
    return button;
  }));
  choose(Math.min(selected, pools.length - 1));
});
source.addEventListener('tick', message => {
  JSON.parse(message.data).pools.forEach((tick, i) => {
    const pool = pools[i];
    if (!pool.history.some(sample => sample.t === tick.sample.t)) { // else the hello had it already
      pool.history.push(tick.sample);
      while (pool.history.length > seconds + 1) pool.history.shift();
      pool.events.push(...tick.events);
    }
    pool.now = tick.now;
    byId('pools').children[i].querySelector('.dot').className = 'dot ' + tick.now.state;
    if (tick.settings) {
      pool.settings = tick.settings;
      if (i === selected) showSettings();
    }
    if (i === selected && tick.events.length && !paused) showEvents();
  });
  live('live', '');
  if (!paused) show();
});
source.addEventListener('error', () => live('no connection: trying again', 'lost'));

function live(text, className) {
  byId('live').textContent = paused && !className ? 'paused' : text;
  byId('live').className = className;
}

// --- what the reader does

byId('pause').addEventListener('click', () => {
  paused = !paused;
  byId('pause').setAttribute('aria-pressed', paused);
  byId('pause').textContent = paused ? 'Go on' : 'Pause';
  live('live', '');
  if (!paused) { show(); showEvents(); }
});

byId('theme').addEventListener('click', () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
});

addEventListener('resize', show);

let asked;
byId('slots').addEventListener('click', event => {
  const slot = event.target.closest('tr.holder');
  if (slot) lookAt(slot.dataset.slot);
});
byId('stack-again').addEventListener('click', () => lookAt(asked));

async function lookAt(slot) {
  asked = slot;
  const answer = await fetch(`stack?pool=${selected}&slot=${slot}`);
  const found = await answer.json();
  byId('stack-title').textContent = found.holder ? found.holder + ' holds slot ' + slot : 'Nobody holds slot ' + slot;
  byId('stack-note').textContent = found.note;
  byId('stack-frames').textContent = found.frames.map(frame => 'at ' + frame).join('\n');
  byId('stack-frames').hidden = found.frames.length === 0;
  if (!byId('stack').open) byId('stack').showModal();
}

const WARNINGS = {
  suspend: 'Every caller waits until the pool is resumed.',
  drain: 'The pool is suspended, and every object is retired. Callers wait until it is resumed.',
  invalidateAll: 'Every object is retired: idle ones now, leased ones as they come back.',
  resize: 'The limits change at once.'
};

function confirmed(operation) {
  if (!WARNINGS[operation]) return Promise.resolve(true);
  const dialog = byId('confirm');
  byId('confirm-title').textContent = operation + ' · ' + pools[selected].name;
  byId('confirm-text').textContent = WARNINGS[operation];
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), {once: true}));
}

async function operate(operation, numbers) {
  if (!await confirmed(operation)) return;
  const answer = await fetch('operations', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'X-Cenote-Console': 'operation'},
    body: JSON.stringify({pool: selected, operation, ...numbers})
  });
  const told = await answer.json();
  byId('answer').textContent = told.message;
  byId('answer').className = answer.ok ? '' : 'bad';
}

byId('operations').addEventListener('click', event => {
  const button = event.target.closest('button[data-operation]');
  if (button) operate(button.dataset.operation, {});
});
document.querySelectorAll('form[data-operation]').forEach(form => form.addEventListener('submit', event => {
  event.preventDefault();
  const numbers = {};
  for (const input of form.querySelectorAll('input')) numbers[input.name] = Number(input.value);
  operate(form.dataset.operation, numbers);
}));
