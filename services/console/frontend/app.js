// What the pages do by themselves: follow the ledger, keep typed text, keys, printing. Nothing here knows any rule.
import htmx from 'htmx.org';

const LIVE_MS = 10_000;
const LOST_MS = 30_000;
const status = () => document.getElementById('live');

// --- Live: parts of a page ask for themselves again while somebody looks; 304 while nothing has changed.
let lost = false;
function tell(kind) {
  const line = status();
  if (!line) return;
  line.classList.toggle('live-lost', kind === 'lost');
  line.classList.toggle('live-ok', kind === 'ok');
  line.textContent = kind === 'lost' ? line.dataset.lost : kind === 'ok' ? `${line.dataset.ok} ${new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}` : '';
  if (kind === 'ok') setTimeout(() => line.classList.remove('live-ok'), 4000);
}
const busy = (part) => part.contains(document.activeElement) && document.activeElement.matches('input, select, textarea');

async function look(part) {
  const target = part.dataset.liveTarget;
  const box = document.getElementById(target);
  if (!box || busy(box)) return;
  const answer = await fetch(part.dataset.live, {
    headers: { 'X-Live': '1', 'HX-Request': 'true', 'HX-Target': target, 'If-None-Match': part.dataset.etag || '' },
    cache: 'no-store', redirect: 'manual',
  });
  if (answer.status === 401 || answer.type === 'opaqueredirect') { document.querySelectorAll('[data-live]').forEach((one) => delete one.dataset.live); return; }
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(answer.status);
  const text = await answer.text();
  if (busy(box) || !part.isConnected) return;
  const scroll = part.scrollTop, side = part.scrollLeft;
  const open = [...box.querySelectorAll('details')].map((one) => one.open);
  htmx.swap(box, text, { swapStyle: 'innerHTML' });
  [...box.querySelectorAll('details')].forEach((one, at) => { one.open = open[at] ?? one.open; });
  const again = box.querySelector('[data-live]');
  if (again) { again.scrollTop = scroll; again.scrollLeft = side; }
  tell('ok');
}
async function follow() {
  if (document.visibilityState === 'visible') {
    try {
      for (const part of document.querySelectorAll('[data-live]')) await look(part);
      for (const form of document.querySelectorAll('form[data-watch]')) await watch(form);
      if (lost) { lost = false; tell(''); }
    } catch { lost = true; tell('lost'); }
  }
  setTimeout(follow, lost ? LOST_MS : LIVE_MS);
}
setTimeout(follow, LIVE_MS);

// --- A form whose record has changed meanwhile says so before it is sent.
async function watch(form) {
  const answer = await fetch(form.dataset.watch, { headers: { 'X-Live': '1' }, cache: 'no-store', redirect: 'manual' });
  if (!answer.ok) { if (answer.status >= 500) throw new Error(answer.status); return; }
  const { version } = await answer.json();
  const notice = form.querySelector('.stale');
  if (notice && String(version) !== form.dataset.version) notice.hidden = false;
}

// --- Drafts: what is typed is kept in this tab until it was sent; it outlives a reload and a server's restart.
const draftKey = (form) => `draft:${document.body.dataset.user}:${form.dataset.draft}`;
function keep(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => !name.startsWith('_') && typeof value === 'string');
  try { sessionStorage.setItem(draftKey(form), JSON.stringify(fields)); } catch { /* no room: the page still holds it */ }
}
function restore(form) {
  if (form.dataset.sent !== undefined) return;
  const kept = sessionStorage.getItem(draftKey(form));
  if (!kept) return;
  for (const one of form.querySelectorAll('input[type=checkbox], input[type=radio]')) one.checked = false;
  for (const [name, value] of JSON.parse(kept)) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === 'checkbox' || field.type === 'radio') { if (field.value === value) field.checked = true; }
      else if (field.type !== 'hidden') field.value = value;
    }
  }
}
function forms(root) {
  for (const form of root.querySelectorAll?.('form[data-draft]') ?? []) {
    if (form.dataset.ready) continue;
    form.dataset.ready = '1';
    restore(form);
    form.addEventListener('input', () => keep(form));
    form.addEventListener('change', () => keep(form));
  }
  const done = root.querySelector?.('[data-draft-done]');
  if (done) sessionStorage.removeItem(`draft:${document.body.dataset.user}:${done.dataset.draftDone}`);
  const wrong = root.querySelector?.('[aria-invalid=true]');
  if (wrong) wrong.focus();
}
document.addEventListener('DOMContentLoaded', () => forms(document));
document.addEventListener('htmx:load', (event) => forms(event.target));

// --- A request that could not be sent loses nothing, and says so.
for (const name of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) document.addEventListener(name, () => tell('lost'));
addEventListener('offline', () => tell('lost'));

// --- Keys: "/" finds, "g" and a digit goes to a screen, "j"/"k" move through rows.
let going = false;
addEventListener('keydown', (event) => {
  const at = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || at.matches?.('input, select, textarea')) return;
  if (event.key === '/') { const find = document.querySelector('[data-key="/"]'); if (find) { event.preventDefault(); find.focus(); } }
  else if (event.key === 'g') { going = true; setTimeout(() => { going = false; }, 1500); }
  else if (going && /^[1-9]$/.test(event.key)) { going = false; document.querySelectorAll('.menu-wide .nav-list a')[Number(event.key) - 1]?.click(); }
  else if (event.key === 'j' || event.key === 'k') {
    const links = [...document.querySelectorAll('main tbody th a, main .task a.task-link')];
    const now = links.indexOf(document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, now + (event.key === 'j' ? 1 : -1)))]?.focus();
  }
});

// --- The two time axes: a slider sets the day beside it, and the page shows that past when it is let go.
const DAY_MS = 86_400_000;
document.addEventListener('input', (event) => {
  const slider = event.target;
  if (!slider.dataset?.daysOf) return;
  const day = new Date(Date.parse(slider.dataset.from) + Number(slider.value) * DAY_MS).toISOString().slice(0, 10);
  document.getElementById(slider.dataset.daysOf).value = slider.value === slider.max ? '' : day;
  slider.setAttribute('aria-valuetext', day);
});
document.addEventListener('change', (event) => { if (event.target.dataset?.daysOf) event.target.form.requestSubmit(); });

document.addEventListener('click', (event) => {
  if (event.target.closest('[data-print]')) print();
});
