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
