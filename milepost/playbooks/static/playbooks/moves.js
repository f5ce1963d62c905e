// Alt with an arrow key moves the step that has the focus, as its two buttons do.
document.addEventListener('keydown', event => {
  const way = { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
  if (!way || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.matches('input, textarea, select')) return;
  const step = event.target.closest('[data-step]');
  const button = step?.querySelector(`[data-move="${way}"]`);
  if (!button) return;
  event.preventDefault();
  if (button.getAttribute('aria-disabled') !== 'true') {
    button.focus();
    button.click();
  }
});
// A button that leads nowhere keeps the focus but does nothing.
document.addEventListener('click', event => {
  if (event.target.closest?.('[data-move][aria-disabled="true"]')) event.preventDefault();
}, true);

// What is drawn anew takes the focus with it: it goes to the step that was worked on, else to where the next is added.
let worked = '';
document.addEventListener('htmx:beforeSwap', event => {
  if (event.detail.target?.id !== 'line') return;
  worked = document.activeElement?.closest?.('[data-step]')?.id.replace('step-', '') ?? '';
});
document.addEventListener('htmx:afterSettle', () => {
  const line = document.getElementById('line');
  if (!line || document.activeElement !== document.body || line.querySelector('[autofocus]')) return;
  (document.getElementById(`edit-${worked}`) ?? document.getElementById('add-step'))?.focus();
});
