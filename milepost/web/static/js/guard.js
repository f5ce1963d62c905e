// A form[data-guard] with something typed into it asks before the page is left.
const dirty = new Set();
document.addEventListener('input', event => {
  const form = event.target.form;
  if (form?.hasAttribute('data-guard')) dirty.add(form);
});
document.addEventListener('submit', event => dirty.delete(event.target));
document.addEventListener('reset', event => dirty.delete(event.target));
addEventListener('beforeunload', event => {
  if ([...dirty].some(form => form.isConnected)) event.preventDefault();
});

// A form sent twice by a double click would be done twice. One that brings no answer may be sent again after a while.
const sent = new WeakSet();
const WHILE = 4000;
document.addEventListener('submit', event => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  setTimeout(() => sent.delete(form), WHILE);
});
addEventListener('pageshow', () => document.querySelectorAll('form').forEach(form => sent.delete(form)));
